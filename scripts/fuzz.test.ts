import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { KeyboundError } from '@keybound/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../test/support/mutate.ts'
import { sample, sampleSize } from '../test/support/sample.ts'
import { Coverage } from './fuzz/coverage.ts'
import { Fuzzer, type Outcome } from './fuzz/fuzzer.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
let folder: string

beforeAll(() => {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'fuzz-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A reader with a fault behind four octets, which chance alone would find once in four thousand million inputs. */
const guarded = `
export function read(bytes) {
  if (bytes[0] !== 0x4b) return 1
  if (bytes[1] !== 0x42) return 2
  if (bytes[2] !== 0x46) return 3
  if (bytes[3] !== 0x5a) return 4
  throw new RangeError('planted')
}`
/** A reader that takes as many steps as its input has octets, squared, once it begins with 0x51. */
const quadratic = `
export function read(bytes) {
  if (bytes[0] !== 0x51) return 0
  let steps = 0
  for (let a = 0; a < bytes.length; a++) for (let b = 0; b < bytes.length; b++) if (bytes[a] <= bytes[b]) steps++
  return steps
}`

interface Hunt {
  readonly name: string
  readonly source?: string
  readonly run?: (input: Uint8Array) => unknown
  readonly begin?: Uint8Array
  readonly heaps: number
  readonly seed?: number
}

async function hunt({
  name,
  source,
  run,
  begin = new Uint8Array(8),
  heaps,
  seed = 1,
}: Hunt): Promise<Outcome> {
  const file = join(folder, `${name}.mjs`)
  const coverage = new Coverage((url) => url.endsWith(`/${name}.mjs`))
  if (source !== undefined) writeFileSync(file, source)
  const reader = source === undefined ? run : (await import(pathToFileURL(file).href)).read
  const target = {
    name,
    seeds: [begin],
    grammar: 'bytes',
    steps: { fixed: 500, each: 10 },
    run: reader,
  } as const
  const random = seededRandom(seed)
  const fuzzer = new Fuzzer(target, coverage, (below) => Math.floor(random() * below))
  await fuzzer.begin()
  for (let heap = 0; heap < heaps && fuzzer.outcome.findings.length === 0; heap++) await fuzzer.search()
  return fuzzer.outcome
}

describe('the fuzzer', () => {
  test('is led by coverage through conditions that chance does not pass', async () => {
    const { findings, corpus } = await hunt({ name: 'guarded', source: guarded, heaps: 400 })
    expect(corpus).toBeGreaterThanOrEqual(4)
    expect(findings).toHaveLength(1)
    expect([...(findings[0]?.input.subarray(0, 4) ?? [])]).toEqual([0x4b, 0x42, 0x46, 0x5a])
    expect(findings[0]?.error).toBeInstanceOf(RangeError)
  })

  test('finds more work than the input is worth, by counting steps', async () => {
    const begin = new Uint8Array(40).fill(0x50)
    const { findings, mostSteps } = await hunt({ name: 'quadratic', source: quadratic, begin, heaps: 200 })
    expect(String(findings[0]?.error)).toContain('steps, expected at most')
    expect(mostSteps).toBeGreaterThan(1_600)
  })

  test('takes a KeyboundError for a right answer and no other error', async () => {
    const refusing = () => {
      throw new KeyboundError('malformed_encoding', 'No.')
    }
    const breaking = () => {
      throw new TypeError('Oops.')
    }
    expect(await hunt({ name: 'refusing', run: refusing, heaps: 3 })).toMatchObject({
      accepted: 0,
      findings: [],
    })
    expect(await hunt({ name: 'breaking', run: breaking, heaps: 3 })).toMatchObject({
      findings: [{ target: 'breaking' }],
    })
  })

  test('makes the same changes for the same seed', async () => {
    const inputs = async (seed: number): Promise<string> => {
      const seen: string[] = []
      const run = (input: Uint8Array) => void seen.push(Buffer.from(input).toString('base64'))
      await hunt({ name: `seed${seed}`, run, heaps: 4, seed })
      return seen.join()
    }
    expect(await inputs(3)).toBe(await inputs(3))
    expect(await inputs(3)).not.toBe(await inputs(4))
  })
})

interface Report {
  readonly targets: readonly Pick<Outcome, 'target' | 'executions' | 'accepted' | 'blocks' | 'corpus'>[]
  readonly findings: readonly string[]
}

/** In the longest run the ten minutes given below end the search first on most machines. */
const executions = sample({ small: 4_000, large: 60_000, full: 2_000_000 })

test('readers and verifiers refuse what they must, in bounded steps, and read the rest one way', {
  timeout: sample({ small: 600_000, large: 900_000, full: 3_600_000 }),
}, async ({ annotate }) => {
  const options = ['--executions', String(executions), '--seconds', '600', '--json']
  if (sampleSize === 'small') options.push('--own')
  const run = spawnSync(process.execPath, ['--conditions=keybound-source', 'scripts/fuzz.ts', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  })
  expect(run.stdout, run.stderr).toContain('"targets"')
  const report = JSON.parse(run.stdout) as Report
  for (const { target, executions, accepted, blocks, corpus } of report.targets) {
    await annotate(
      `${target}: ${executions} executions, ${accepted} accepted, ${blocks} blocks, ${corpus} inputs kept`,
    )
    expect(accepted, target).toBeGreaterThan(0)
    expect(corpus, target).toBeGreaterThan(0)
  }
  expect(report.targets.length).toBeGreaterThan(15)
  expect(report.findings).toEqual([])
  expect(run.status).toBe(0)
})
