import type { KeyboundClient, KeyboundError, SecureHardware } from '@keybound/phone'
import { beforeAll, expect, test } from 'vitest'
import { demoPassword, origin } from '../support/server.ts'
import { type Bank, openBank, setUp, startApp } from './support/bank.ts'
import { createPlainHardware, type PlainHardware } from './support/plain-hardware.ts'

let bank: Bank

beforeAll(async () => {
  bank = await openBank({ origins: [origin, 'android:apk-key-hash:ZGlnZXN0'] })
})

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: KeyboundError) => error.code,
  )

/** Hardware as an app has it that dies at a call: what it calls from then on does nothing and never answers. */
function mortal({ hardware }: PlainHardware) {
  const died = Promise.withResolvers<'died'>()
  let left = Number.POSITIVE_INFINITY
  const never = new Promise<never>(() => {})
  const call = async (method: (...of: unknown[]) => Promise<unknown>, of: readonly unknown[]) => {
    left--
    if (left >= 0) return method(...of)
    died.resolve('died')
    return never
  }
  const methods = Object.entries(hardware).map(([name, method]) => [
    name,
    name === 'onLifecycle' ? method : (...of: unknown[]) => call(method, of),
  ])
  return {
    hardware: Object.fromEntries(methods) as SecureHardware,
    died: died.promise,
    /** After that many calls. */
    dieIn(calls: number) {
      left = calls
    },
  }
}

/** What the phone keeps, in a process that starts. */
function restarted(plain: PlainHardware): PlainHardware {
  const next = createPlainHardware(bank.request)
  for (const [alias, key] of plain.keys) next.keys.set(alias, key)
  for (const [name, file] of plain.files) next.files.set(name, file)
  return next
}

const idsOf = (plain: PlainHardware) => [
  ...new Set([...plain.keys.keys()].map((alias) => alias.split('.')[1])),
]

async function listed(account: 'ada' | 'grace'): Promise<number> {
  const { token } = (await bank.signIn(account)).session
  const { json } = await bank.call<{ credentials: unknown[] }>('GET', '/v1/credentials', { token })
  return json.credentials.length
}

/** Turns biometrics on in an app that dies at one of its calls, beside another account; `undefined` where it makes fewer. */
async function registerAndDie(calls: number): Promise<PlainHardware | undefined> {
  const plain = createPlainHardware(bank.request)
  const app = mortal(plain)
  const client = await startApp(bank, app.hardware)
  await setUp(client, 'grace')
  await client.signInWithPassword({ username: 'ada', password: demoPassword })
  app.dieIn(calls)
  const outcome = await Promise.race([app.died, client.register()])
  if (outcome === 'died') return plain
  app.dieIn(Number.POSITIVE_INFINITY)
  await leave(client)
  return undefined
}

/** Takes the keys of both off the phone, so that the next begins as this one did. */
async function leave(client: KeyboundClient): Promise<void> {
  for (const username of ['ada', 'grace']) {
    await client.signInWithPassword({ username, password: demoPassword })
    await client.unregister()
  }
}

test('an app that dies at any call of a registration comes to one key of the account, here and on the server', async () => {
  let recorded = 0
  let calls = 0
  for (; ; calls++) {
    const dead = await registerAndDie(calls)
    if (!dead) break
    const message = `at call ${calls}, ${dead.calls.at(-1)}`
    const plain = restarted(dead)
    const client = await startApp(bank, plain.hardware)
    if (client.state.accounts.some(({ account }) => account === bank.ada)) recorded++
    else await setUp(client)
    expect(await codeOf(client.unlock({ account: bank.ada })), message).toBe('none')
    expect(await codeOf(client.vault.set('pin', new Uint8Array(4))), message).toBe('none')
    expect(idsOf(plain), message).toHaveLength(2)
    expect(await listed('ada'), message).toBe(1)
    await leave(client)
    await expect.poll(() => plain.keys.size, { message }).toBe(0)
  }
  expect(calls).toBeGreaterThan(25)
  expect(recorded).toBeGreaterThan(5)
})
