import { runInNewContext } from 'node:vm'
import { type KeyboundError, phonePlatform } from '@keybound/phone'
import { beforeEach, describe, expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import { type Bank, openBank, setUp, startApp } from './support/bank.ts'
import { createPlainHardware, hardwareError, type PlainHardware } from './support/plain-hardware.ts'

const appOrigin = 'android:apk-key-hash:ZGlnZXN0'
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: KeyboundError) => error.code,
  )

describe('the platform over plain hardware', () => {
  let bank: Bank
  let plain: PlainHardware

  beforeEach(async () => {
    bank = await openBank({ origins: [origin, appOrigin] })
    plain = createPlainHardware(bank.request)
  })

  /** Another process over what the device keeps. */
  function restart(): PlainHardware {
    const next = createPlainHardware(bank.request)
    for (const [alias, key] of plain.keys) next.keys.set(alias, key)
    for (const [name, file] of plain.files) next.files.set(name, file)
    Object.assign(next.device, plain.device)
    plain = next
    return plain
  }

  test('register, restart, unlock, restart, unlock by refresh: one prompt each', async () => {
    let client = await startApp(bank, plain.hardware)
    expect(client.state).toMatchObject({ state: 'signedOut', account: null })
    await setUp(client)
    expect(plain.prompts()).toBe(1)
    expect([...plain.keys.keys()].sort().map((alias) => alias.split('.').at(-1))).toEqual([
      'proof',
      'sealing',
      'signing',
    ])
    client = await startApp(bank, restart().hardware)
    expect(client.state).toMatchObject({ state: 'registered', account: bank.ada })
    expect(await client.unlock()).toMatchObject({ acr: 'W' })
    expect(plain.prompts()).toBe(1)
    client = await startApp(bank, restart().hardware)
    expect(client.state).toMatchObject({ state: 'locked', account: bank.ada })
    expect(await client.unlock()).toMatchObject({ acr: 'W.refreshed' })
    expect(plain.prompts()).toBe(1)
    expect(client.state).toMatchObject({ state: 'unlocked', acr: 'W.refreshed' })
  })

  test('a large secret for which the disk has no room, or whose app dies, leaves no piece behind for good', async () => {
    let room = Number.POSITIVE_INFINITY
    let full = (): Promise<void> => Promise.reject(hardwareError('storageFailed'))
    const hardware = {
      ...plain.hardware,
      writeFile: (...of: Parameters<typeof plain.hardware.writeFile>) =>
        --room < 0 ? full() : plain.hardware.writeFile(...of),
    }
    const client = await startApp(bank, hardware)
    await setUp(client)
    await client.signIn()
    const before = [...plain.files.keys()]
    const large = new Uint8Array(2_000_000)
    for (const pieces of [2, 1, 0]) {
      room = pieces
      expect(await codeOf(client.vault.set('statement', large))).toBe('storage_failed')
      expect([...plain.files.keys()]).toEqual(before)
    }
    const died = new Promise<void>((dead) => {
      full = () => new Promise(() => dead())
    })
    room = 2
    void client.vault.set('statement', large)
    await died
    const next = await startApp(bank, restart().hardware)
    await next.unlock()
    await Promise.all(['statement', 'contract'].map((name) => next.vault.set(name, large)))
    expect(await next.vault.get('contract')).toEqual(large)
    const secrets = [...plain.files.keys()].filter((name) => !before.includes(name))
    expect(secrets.filter((name) => !name.startsWith('keybound.vault.') || name.endsWith('.part'))).toEqual(
      [],
    )
  })

  test('secrets: set without a prompt, the vault opened once after a sign-in, everyTime each time', async () => {
    const client = await startApp(bank, plain.hardware)
    await setUp(client)
    await client.signIn()
    expect(plain.prompts()).toBe(2)
    const large = new Uint8Array(2_000_000).map((_, at) => at % 251)
    await client.vault.set('pin', new TextEncoder().encode('1234'))
    await client.vault.set('large', large)
    await client.vault.set('seed', new TextEncoder().encode('words'), { ask: 'everyTime' })
    expect(plain.prompts()).toBe(2)
    expect(Buffer.from(await client.vault.get('pin')).toString()).toBe('1234')
    expect(plain.prompts()).toBe(3)
    expect(Buffer.from(await client.vault.get('large')).equals(large)).toBe(true)
    expect(plain.prompts()).toBe(3)
    expect(Buffer.from(await client.vault.get('seed')).toString()).toBe('words')
    expect(Buffer.from(await client.vault.get('seed')).toString()).toBe('words')
    expect(plain.prompts()).toBe(5)
    client.lock()
    expect(client.state).toMatchObject({ state: 'locked' })
    // Nothing is left in native memory: session key, opened pairs and data keys are closed.
    await expect.poll(() => plain.handles.size).toBe(0)
  })

  test('tokens are refreshed while the vault is closed, after a sign-in that opened nothing', async () => {
    const client = await startApp(bank, plain.hardware)
    await setUp(client)
    await client.signIn()
    bank.clock.advance(600)
    await client.unregister()
    expect(plain.prompts()).toBe(2)
    expect(bank.network.requests.filter((request) => request === 'POST token').length).toBeGreaterThan(1)
    await expect.poll(() => plain.keys.size).toBe(0)
  })

  test('a session that is over: the unlock says so without a second prompt, and the next one signs', async () => {
    let client = await startApp(bank, plain.hardware)
    await setUp(client)
    await client.unlock()
    client = await startApp(bank, restart().hardware)
    await bank.server.sessions.revoke({ account: bank.ada })
    expect(await codeOf(client.unlock())).toMatch(/^refresh_token_/)
    expect(plain.prompts()).toBe(1)
    expect(client.state).toMatchObject({ state: 'registered', account: bank.ada })
    expect(client.state.reason).toMatch(/expired|revoked/)
    expect(await client.unlock()).toMatchObject({ acr: 'W' })
    expect(plain.prompts()).toBe(2)
    expect(client.state.reason).toBeUndefined()
  })

  test('whatever call fails in a registration, nothing is left behind', async () => {
    const client = await startApp(bank, plain.hardware)
    await client.signInWithPassword({ username: 'ada', password: 'correct horse battery staple' })
    const from = plain.calls.length
    await client.register()
    const names = plain.calls.slice(from)
    const made = names.lastIndexOf('createKey')
    expect(made).toBeGreaterThan(4)
    for (let at = 0; at < names.length; at++) {
      plain = createPlainHardware(bank.request)
      const phone = await startApp(bank, plain.hardware)
      await phone.signInWithPassword({ username: 'grace', password: 'correct horse battery staple' })
      // The registration itself: from its first call to the one before it is sent.
      plain.fail = {
        at: plain.calls.length + at,
        code: names[at] === 'request' ? 'networkFailed' : 'internal',
      }
      const code = await codeOf(phone.register())
      plain.fail = undefined
      if (code !== 'none') {
        await expect.poll(() => [...plain.keys.keys()], { message: `${at} ${names[at]} ${code}` }).toEqual([])
        expect(phone.state.accounts).toEqual([])
      } else {
        await phone.unregister()
      }
    }
  })

  test.each([
    ['keyInvalidated', 'key_invalidated', 'invalidated'],
    ['lockedOut', 'biometric_locked_out', 'lockedOut'],
    ['lockedOutPermanently', 'biometric_locked_out_permanently', 'lockedOutPermanently'],
    ['userCanceled', 'prompt_refused', undefined],
    ['systemCanceled', 'prompt_interrupted', undefined],
    ['notEnrolled', 'biometric_not_enrolled', undefined],
  ] as const)('%s at an unlock is %s, and the state says %s', async (native, code, reason) => {
    const client = await startApp(bank, plain.hardware)
    await setUp(client)
    await client.signOut()
    plain.onPrompt = async () => {
      throw hardwareError(native, 7)
    }
    const failure: unknown = await client.unlock().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, cause: { userInfo: { nativeCode: 7 } } })
    expect(client.state.reason).toBe(reason)
    plain.onPrompt = async () => {}
    await client.unlock()
    expect(client.state).toMatchObject({ state: 'unlocked' })
    expect(client.state.reason).toBeUndefined()
  })

  test('an error is what its code says, also of another realm, as in a frame of a page or in Jest', async () => {
    const client = await startApp(bank, plain.hardware)
    await setUp(client)
    await client.signOut()
    const foreign: unknown = runInNewContext('Object.assign(new Error("gone"), { code: "keyInvalidated" })')
    expect(foreign).not.toBeInstanceOf(Error)
    plain.onPrompt = () => Promise.reject(foreign)
    expect(await codeOf(client.unlock())).toBe('key_invalidated')
  })

  test('a record deleted while it is being written is gone', async () => {
    const { storage } = phonePlatform({ hardware: plain.hardware })
    await Promise.all([storage.set('key', 'value'), storage.delete('key')])
    expect(await storage.get('key')).toBeUndefined()
    const files = plain.calls.length
    await storage.delete('key')
    expect(plain.calls.length).toBe(files)
  })

  test('an aborted prompt is closed, and what it gave too late is wiped', async () => {
    const client = await startApp(bank, plain.hardware)
    await setUp(client)
    await client.unlock()
    await client.vault.set('pin', new Uint8Array(1))
    const controller = new AbortController()
    plain.onPrompt = async () => {
      controller.abort()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(await codeOf(client.vault.get('pin', { signal: controller.signal }))).toBe('aborted')
    expect(plain.calls).toContain('cancelPrompt')
    plain.onPrompt = async () => {}
    expect((await client.vault.get('pin')).length).toBe(1)
  })
})
