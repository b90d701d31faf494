import assert from 'node:assert/strict'
import * as approvals from '@keybound/client/approvals'
import type { SecureHardware } from '@keybound/phone'
import { setUp, startApp } from '../../test/phone/support/bank.ts'
import { authority, openPhoneBank, own } from '../../test/phone/support/phones.ts'
import type { Classes } from './build.ts'
import { type Harness, type KotlinPhone, startHarness } from './harness.ts'
import type { Toolchain } from './toolchain.ts'

/**
 * Takes the Kotlin module through an app's whole life at a real server: three attested keys register, a sign-in and a payment
 * are verified, a secret is sealed and, after the app was killed, opened under the sealing key; and what was registered is
 * worth what its chains prove.
 */
export async function registerAtServer(tools: Toolchain, classes: Classes): Promise<string> {
  const harness = startHarness(tools, classes)
  try {
    const levels = [await levelOf(harness, 'no', 'L2'), await levelOf(harness, 'required', 'R')]
    return `registered, signed in, paid, sealed and opened at ${levels.join(' and ')}`
  } finally {
    harness.close()
  }
}

type Bank = Awaited<ReturnType<typeof openPhoneBank>>
type Client = Awaited<ReturnType<typeof startApp>>

async function levelOf(harness: Harness, strongBox: 'no' | 'required', level: 'L2' | 'R'): Promise<string> {
  const bank = await openPhoneBank({ level })
  const kotlin = await harness.phone({ authority: await authority(), now: bank.clock.now })
  const hardware = withNetwork(kotlin, bank.request)
  const start = () => startApp(bank, hardware, { keys: { strongBox }, more: { approvals } })
  /** Does something that takes one prompt, and no more. */
  const touching = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = kotlin.phone.prompts.length
    void kotlin.phone.touch(own)
    const result = await work()
    assert.equal(kotlin.phone.prompts.length, before + 1, 'prompts')
    return result
  }
  try {
    const client = await start()
    assert.equal((await touching(() => setUp(client))).level, level, 'level of the registration')
    assert.equal((await touching(() => client.signIn())).acr, level, 'level of the sign-in')
    await touching(() => pay(bank, client))
    assert.match(JSON.stringify(kotlin.phone.prompts.at(-1)), /Grace Hopper/, 'words of the payment’s prompt')
    await openSealed(kotlin, client, start, touching)
    return level
  } finally {
    await kotlin.close()
  }
}

/** Has the server verify a payment's signature and give its receipt. */
async function pay(bank: Bank, client: Client): Promise<void> {
  const { id } = await bank.server.transactions.create({
    account: bank.ada,
    type: 'payment',
    fields: {
      amount: { kind: 'amount', currency: 'EUR', minor: 4200 },
      payee: { kind: 'payee', account: 'DE02120300000000202051', name: 'Grace Hopper' },
    },
    operationId: Buffer.alloc(16, 1).toString('base64url'),
  })
  assert.match((await client.approve(id)).receipt, /\./, 'receipt')
}

/** Seals a secret, kills the app, and opens it in the next one: only the sealing key leads to it then. */
async function openSealed(
  { phone }: KotlinPhone,
  client: Client,
  start: () => Promise<Client>,
  touching: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<void> {
  await touching(() => client.unlock())
  await client.vault.set('pin', new TextEncoder().encode('1234'))
  await phone.killApp()
  const next = await start()
  assert.equal(next.state.state, 'locked', 'state after a new start')
  await touching(() => next.unlock())
  assert.equal(new TextDecoder().decode(await next.vault.get('pin')), '1234', 'what was sealed')
}

/** The network of the bank, which is in this process. */
function withNetwork({ hardware }: KotlinPhone, request: SecureHardware['request']): SecureHardware {
  return new Proxy(hardware, {
    get: (target, name) => (name === 'request' ? request : Reflect.get(target, name)),
  })
}
