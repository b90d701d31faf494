import type { KeyboundClient, KeyboundError, SecureHardware } from '@keybound/phone'
import { describe, expect, test } from 'vitest'
import { demoPassword, origin } from '../support/server.ts'
import { openBank, setUp, startApp } from './support/bank.ts'
import { createPlainHardware, type PlainHardware } from './support/plain-hardware.ts'

/** Hardware that never answers one call, the one after so many; every other it does. */
function silent({ hardware }: PlainHardware) {
  let left = Number.POSITIVE_INFINITY
  let asked: string | undefined
  const call = (name: string, method: (...of: unknown[]) => Promise<unknown>, of: readonly unknown[]) => {
    if (left-- !== 0) return method(...of)
    asked = name
    return new Promise<never>(() => {})
  }
  const methods = Object.entries(hardware).map(([name, method]) => [
    name,
    name === 'onLifecycle' ? method : (...of: unknown[]) => call(name, method, of),
  ])
  return {
    hardware: Object.fromEntries(methods) as SecureHardware,
    silentAt(calls: number) {
      left = calls
    },
    asked: () => asked,
  }
}

/** Limits that pass when the test says so. */
function createLimits() {
  let waiting: (() => void)[] = []
  let times = 0
  const app = new AbortController()
  return {
    /** The app's own limit, for what is its own request: it passes after those of the client. */
    signal: app.signal,
    wait: () => new Promise<void>((resolve) => void waiting.push(resolve)),
    passAll() {
      const passed = waiting
      waiting = []
      for (const pass of passed) pass()
      if (++times === 10) app.abort()
    },
  }
}

type Flow = (client: KeyboundClient, signal: AbortSignal) => Promise<unknown>

const password: Flow = (client) => client.signInWithPassword({ username: 'ada', password: demoPassword })
const open = async (client: KeyboundClient) => {
  await setUp(client)
  await client.unlock()
}

/** What comes before, and the call that is not answered. */
const flows: readonly (readonly [name: string, before: Flow, flow: Flow])[] = [
  ['signInWithPassword', async () => {}, password],
  ['register', password, (client) => client.register()],
  ['the first unlock', (client) => setUp(client), (client) => client.unlock()],
  [
    'a later unlock',
    async (client) => {
      await open(client)
      client.lock()
    },
    (client) => client.unlock(),
  ],
  ['vault.set', open, (client) => client.vault.set('pin', new Uint8Array(3))],
  [
    'vault.get',
    async (client) => {
      await open(client)
      await client.vault.set('pin', new Uint8Array(3))
    },
    (client) => client.vault.get('pin'),
  ],
  ['fetch', open, (client, signal) => client.fetch(`${origin}/v1/session`, { signal })],
  ['signOut', open, (client) => client.signOut()],
  ['unregister', open, (client) => client.unregister()],
]

describe('where the hardware never answers', () => {
  test.each(flows)('%s ends, and so does every call after it', async (_, before, flow) => {
    let calls = 0
    for (; ; calls++) {
      const bank = await openBank({ origins: [origin, 'android:apk-key-hash:ZGlnZXN0'] })
      const limits = createLimits()
      const app = silent(createPlainHardware(bank.request))
      const client = await startApp(bank, app.hardware, { wait: limits.wait })
      const ended = async (call: Promise<unknown>, when: string) => {
        let code: string | undefined
        call.then(
          () => {
            code = 'none'
          },
          (error: KeyboundError) => {
            code = error.code
          },
        )
        // Limits pass one after the other: each time nothing moves any more.
        for (let round = 0; round < 100 && code === undefined; round++) {
          await new Promise((resolve) => setTimeout(resolve, 2))
          if (round % 5 === 4 && app.asked()) limits.passAll()
        }
        expect(code, `${when} call ${calls}, ${app.asked()}`).toBeDefined()
      }
      await before(client, limits.signal)
      app.silentAt(calls)
      await ended(flow(client, limits.signal), 'itself at')
      const answered = app.asked() === undefined
      app.silentAt(Number.POSITIVE_INFINITY)
      await ended(password(client, limits.signal), 'signInWithPassword after')
      await ended(client.signOut(), 'signOut after')
      if (answered) break
    }
    expect(calls).toBeGreaterThan(0)
  })
})
