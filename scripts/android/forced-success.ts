import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PromptText, SecureHardware } from '@keybound/phone'
import { type Classes, librariesOf } from './build.ts'
import { hashOf, once, placeOf } from './build-cache.ts'
import { startHarness } from './harness.ts'
import { pom, type Toolchain, work } from './toolchain.ts'

const source = join(import.meta.dirname, 'tools/ForcedSuccess.java')
const words: PromptText = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }
const message = 'bWVzc2FnZQ'
const challenge = Buffer.alloc(32, 1).toString('base64url')

/**
 * Runs the module, with its own screen over androidx.biometric, in a JVM where an agent tells every prompt's callback of a
 * success that no finger gave: without a crypto object, with the app's own that nobody unlocked, and with one over keys of
 * the attacker. No signature of the phone's key comes out, and no vault opens.
 */
export async function forceSuccess(tools: Toolchain, classes: Classes): Promise<string> {
  const jar = await agentJar(tools, classes)
  const told: string[] = []
  for (const what of ['none', 'given', 'foreign'] as const) {
    const notes = join(work, `forced-${process.pid}`)
    rmSync(notes, { force: true })
    const harness = startHarness(tools, classes, { agent: `${jar}=${what},${notes}`, screen: 'androidx' })
    try {
      const { hardware, phone, close } = await harness.phone()
      await attack(hardware, what)
      const forced = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').length - 1 : 0
      assert.equal(forced, 2, 'successes that the agent forced')
      assert.equal(phone.prompts.length, 0, 'prompts of the phone')
      assert.equal(await phone.openOperations(), 0, 'operations left open')
      told.push(`${what}: ${forced} forced, nothing given`)
      await close()
    } finally {
      harness.close()
      rmSync(notes, { force: true })
    }
  }
  return told.join('\n')
}

async function attack(hardware: SecureHardware, what: 'none' | 'given' | 'foreign'): Promise<void> {
  const make = (alias: string, role: 'signing' | 'sealing') =>
    hardware.createKey({
      alias,
      role,
      enrolment: 'currentSet',
      strongBox: 'no',
      allowSoftware: false,
      attestationChallenge: challenge,
    })
  const { publicKey } = await make('signing', 'signing')
  await make('sealing', 'sealing')
  const pair = await hardware.newVaultPair('sealing', 'context')
  const point = Buffer.from(publicKey, 'base64url').subarray(-65).toString('base64url')

  const signature = await hardware.sign('signing', message, words).catch(codeOf)
  // An operation over the attacker's own key is finished; what it gives is no signature of this phone.
  if (what === 'foreign') assert.equal(await hardware.verify(point, message, signature), false, 'signature')
  else assert.equal(signature, 'keyNotAuthorized', 'sign')

  const opened = await hardware.openVaultPair('sealing', pair, 'context', words).catch(codeOf)
  assert.equal(opened, what === 'foreign' ? 'openFailed' : 'keyNotAuthorized', 'openVaultPair')
}

function codeOf(error: unknown): string {
  return (error as { code: string }).code
}

/** The agent in a jar that the JVM loads before the app. */
async function agentJar(tools: Toolchain, classes: Classes): Promise<string> {
  const place = placeOf('agent', hashOf([source, pom]))
  await once(place, (folder) => {
    const path = [...librariesOf(tools, classes), tools.asm].join(':')
    run('javac', ['-proc:none', '-d', join(folder, 'classes'), '-cp', path, source])
    mkdirSync(join(folder, 'classes'), { recursive: true })
    writeFileSync(join(folder, 'manifest'), 'Premain-Class: ForcedSuccess\nCan-Retransform-Classes: true\n')
    const content = ['-C', join(folder, 'classes'), '.']
    run('jar', [
      '--create',
      '--file',
      join(folder, 'agent.jar'),
      '--manifest',
      join(folder, 'manifest'),
      ...content,
    ])
  })
  return join(place, 'agent.jar')
}

function run(program: string, args: readonly string[]): void {
  const result = spawnSync(program, args, { encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`${program} refused:\n${result.stderr}`)
}
