import assert from 'node:assert/strict'
import type { SecureHardware } from '@keybound/phone'
import { setUp, startApp } from '../../test/phone/support/bank.ts'
import { authority, openPhoneBank, own } from '../../test/phone/support/phones.ts'
import { type Harness, type KotlinPhone, startHarness } from './harness.ts'
import type { Toolchain } from './toolchain.ts'

/**
 * Takes the Kotlin module through an app's whole life at a real server: three attested keys register, a sign-in is verified,
 * an unlock opens the vault, and what was registered is worth what its chains prove.
 */
export async function registerAtServer(tools: Toolchain): Promise<string> {
  const harness = startHarness(tools)
  try {
    const levels = [await levelOf(harness, 'no', 'L2'), await levelOf(harness, 'required', 'R')]
    return `registered, signed in and unlocked at ${levels.join(' and ')}`
  } finally {
    harness.close()
  }
}

async function levelOf(harness: Harness, strongBox: 'no' | 'required', level: 'L2' | 'R'): Promise<string> {
  const bank = await openPhoneBank({ level })
  const kotlin = await harness.phone({ authority: await authority(), now: bank.clock.now })
  try {
    const client = await startApp(bank, withNetwork(kotlin, bank.request), { keys: { strongBox } })
    void kotlin.phone.touch(own)
    const credential = await setUp(client)
    assert.equal(credential.level, level, 'level of the registration')
    void kotlin.phone.touch(own)
    const session = await client.signIn()
    assert.equal(session.acr, level, 'level of the sign-in')
    assert.equal(kotlin.phone.prompts.length, 2, 'one prompt to register, one to sign in')
    return level
  } finally {
    await kotlin.close()
  }
}

/** The network of the bank, which is in this process. */
function withNetwork({ hardware }: KotlinPhone, request: SecureHardware['request']): SecureHardware {
  return new Proxy(hardware, {
    get: (target, name) => (name === 'request' ? request : Reflect.get(target, name)),
  })
}
