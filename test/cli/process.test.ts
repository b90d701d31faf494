import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { authorityRoot, chainSpecs, writeChain } from '../support/android-authority/index.ts'
import { haveVectors, readVector, readVectorJson, vectorsFolder } from '../support/vectors.ts'
import { runCommand, toPem } from './support.ts'

const program = fileURLToPath(new URL('../../packages/cli/src/keybound.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'keybound-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const pem = toPem(writeChain(chainSpecs()))
const roots = join(folder, 'roots.pem')
writeFileSync(roots, toPem([authorityRoot]))

function runProgram(args: readonly string[], input = '', environment: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['--conditions=keybound-source', program, ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
}

describe('the program', () => {
  const args = ['inspect', '-', '--roots', roots, '--test-roots', '--date', 'created']

  test('reads standard input, writes the tree without colour into a pipe, and ends with 0', () => {
    const { status, stdout, stderr } = runProgram(args, pem, { FORCE_COLOR: '1' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('✔ PASS  Android key attestation')
    expect(stdout).not.toContain('\u001b[')
  })

  test('ends with 1 for a refusal and with 2 for a mistake', () => {
    expect(runProgram(['inspect', '-'], pem).status).toBe(1)
    const { status, stderr } = runProgram(['inspect', join(folder, 'nowhere')])
    expect(status).toBe(2)
    expect(stderr).toMatch(/^keybound inspect: .*cannot be read/)
  })
})

describe('the program, where every connection fails', () => {
  const offline = `data:text/javascript,${encodeURIComponent(`
    import net from 'node:net'
    net.Socket.prototype.connect = () => { throw new Error('there is no network here') }
  `)}`
  const vectors = JSON.parse(
    readFileSync(new URL('../../docs/vectors/receipts.json', import.meta.url), 'utf8'),
  )
  const makers = join(folder, 'makers.pem')
  writeFileSync(
    makers,
    toPem(Object.values<string>(vectors.roots).map((root) => Buffer.from(root, 'base64'))),
  )

  test.each<[string, string]>(
    vectors.vectors.map(({ name, receipt, keys }: { name: string; receipt: string; keys: object }) => [
      name,
      JSON.stringify({ receipt, keys }),
    ]),
  )('verifies a receipt and judges its evidence: %s', (name, vector) => {
    const file = join(folder, 'receipt.json')
    writeFileSync(file, vector)
    const args = ['verify-receipt', file, '--keys', file, '--roots', makers, '--test-roots']
    const { status, stdout, stderr } = runProgram(args, '', { NODE_OPTIONS: `--import=${offline}` })
    expect({ status, stderr }, name).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('✔ VERIFIED  receipt of an approved transaction')
    expect(stdout.includes('level L2, judged here')).toBe(/phone/i.test(name))
  })
})

interface Verdict {
  readonly id: string
  readonly policy: { readonly clock: string; readonly allowUnlockedBootloader: boolean }
  readonly expected: 'ACCEPT' | 'REJECT'
}

const google = 'android-keyattestation-google'
const verdicts = haveVectors
  ? readVectorJson<{ readonly cases: readonly Verdict[] }>(`${google}/expected-verdicts.json`).cases
  : []

describe.runIf(haveVectors)(`real chains under ${vectorsFolder}`, () => {
  test.each(verdicts.filter(({ policy }) => policy.allowUnlockedBootloader))(
    '$id at $policy.clock: $expected',
    async ({ id, policy, expected }) => {
      const date = policy.clock === 'creationDateTime' ? 'created' : policy.clock
      const chain = readVector(`${google}/testdata/${id}`)
      const { status } = await runCommand(['inspect', 'chain.pem', '--date', date], { 'chain.pem': chain })
      expect(status).toBe(expected === 'ACCEPT' ? 0 : 1)
    },
  )
})
