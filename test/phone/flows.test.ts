import { verifyReceipt } from '@keybound/attestation/receipt'
import { judgeReceiptEvidence } from '@keybound/attestation/receipt/evidence'
import * as approvals from '@keybound/client/approvals'
import type { KeyboundError } from '@keybound/phone'
import { beforeEach, describe, expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import { type Bank, demoPassword, setUp, startApp } from './support/bank.ts'
import {
  appsOf,
  authority,
  demanded,
  makePhone,
  openPhoneBank,
  own,
  type Phone,
  phoneOf,
  startProcess,
} from './support/phones.ts'

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: KeyboundError) => error.code,
  )
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const bytes = (value: string) => new TextEncoder().encode(value)

describe.each(demanded)('the app on a virtual $model, at $level', (demand) => {
  const { model, level } = demand
  let bank: Bank
  let phone: Phone
  let running: ReturnType<typeof startProcess>

  beforeEach(async () => {
    bank = await openPhoneBank(appsOf(demand))
    phone = await makePhone(model, bank, phoneOf(demand))
  })

  const start = (options: Parameters<typeof startApp>[2] = {}, on = phone) => {
    running = startProcess(on.hardware)
    return startApp(bank, running.hardware, options)
  }
  const restart = async (
    options: Parameters<typeof startApp>[2] = {},
    end: 'killApp' | 'reboot' = 'killApp',
  ) => {
    running.end()
    await phone[end]()
    return start(options)
  }
  /** Collects the uses of hardware keys from now on. */
  function watchKeys(): readonly string[] {
    const used: string[] = []
    phone.watch((event) => {
      const isUse = event.type === 'call' && ['keystore.finish', 'key.sign'].includes(event.name)
      if (isUse && event.outcome === 'answered') used.push(event.name)
    })
    return used
  }
  /** A device that was set up before. */
  async function registered(username = 'ada') {
    const client = await start()
    void phone.touch(own)
    await setUp(client, username)
    return client
  }
  /** The same with a sealed session and a secret, unlocked. */
  async function unlocked() {
    const client = await registered()
    void phone.touch(own)
    await client.unlock()
    await client.vault.set('pin', bytes('1234'))
    return client
  }

  test('register, restart, unlock by signature, restart, unlock by refresh: one prompt each', async () => {
    const client = await registered()
    expect(phone.prompts).toHaveLength(1)
    expect(client.state.accounts).toEqual([
      { account: bank.ada, name: 'ada', credentialId: expect.any(String) },
    ])
    const second = await restart()
    expect(second.state).toMatchObject({ state: 'registered', account: bank.ada })
    void phone.touch(own)
    expect((await second.unlock())?.acr).toBe(level)
    expect(phone.prompts).toHaveLength(2)
    const third = await restart()
    expect(third.state).toMatchObject({ state: 'locked', account: bank.ada })
    void phone.touch(own)
    expect((await third.unlock())?.acr).toBe(`${level}.refreshed`)
    expect(phone.prompts).toHaveLength(3)
    const fourth = await restart({}, 'reboot')
    void phone.touch(own)
    expect((await fourth.unlock())?.acr).toBe(`${level}.refreshed`)
  })

  test('a payment: one prompt, in the statement’s own words', async () => {
    const client = await start({ more: { approvals } })
    void phone.touch(own)
    await setUp(client)
    void phone.touch(own)
    await client.signIn()
    const { id } = await bank.server.transactions.create({
      account: bank.ada,
      type: 'payment',
      fields: {
        amount: { kind: 'amount', currency: 'EUR', minor: 4200 },
        payee: { kind: 'payee', account: 'DE02120300000000202051', name: 'Grace Hopper' },
      },
      operationId: Buffer.alloc(16, 1).toString('base64url'),
    })
    const shown = phone.prompts.length
    void phone.touch(own)
    const { receipt } = await client.approve(id)
    expect(phone.prompts.slice(shown)).toHaveLength(1)
    expect(JSON.stringify(phone.prompts.at(-1))).toContain('Grace Hopper')
    // What the phone proved when it was registered, the receipt proves to who never saw the bank.
    const verified = await verifyReceipt({ receipt, keys: 'any' })
    const { androidRoot, appleRoot } = await authority()
    const trusted = (root: Uint8Array) => ({ roots: [root], testOnly: true })
    const trust = { roots: [], android: trusted(androidRoot), apple: trusted(appleRoot) }
    const judged = await judgeReceiptEvidence(verified, { trust })
    expect([verified.credential.level, judged.level]).toEqual([level, level])
  })

  test('calls with an access token wait for no key of the hardware; renewing it takes one use of the proof key', async () => {
    const client = await registered()
    void phone.touch(own)
    await client.signIn()
    const used = watchKeys()
    const call = async () => expect((await client.fetch(`${origin}/v1/session`)).status).toBe(200)
    for (let times = 0; times < 3; times++) await call()
    expect(used).toEqual([])
    // Somebody is there all the time: the app does not lock.
    for (let minutes = 0; minutes < 5; minutes++) {
      bank.clock.advance(60)
      await phone.interact('touch')
    }
    await call()
    expect(used).toHaveLength(1)
    expect(phone.prompts).toHaveLength(2)
  })

  test('where the server wants the proof key on every call: it makes the proof of each', async () => {
    bank = await openPhoneBank(appsOf(demand), { policy: { tokens: { proofKeyOnly: [level] } } })
    phone = await makePhone(model, bank, phoneOf(demand))
    const client = await registered()
    void phone.touch(own)
    expect((await client.signIn()).acr).toBe(level)
    client.lock()
    void phone.touch(own)
    expect((await client.unlock())?.acr).toBe(`${level}.refreshed`)
    expect(phone.prompts).toHaveLength(3)
    const used = watchKeys()
    expect((await client.fetch(`${origin}/v1/session`)).status).toBe(200)
    expect(used).toHaveLength(1)
  })

  test('secrets open with the vault, and everyTime with a touch of their own', async () => {
    const client = await unlocked()
    await client.vault.set('seed', bytes('words'), { ask: 'everyTime' })
    client.lock()
    expect(await codeOf(client.vault.get('pin'))).toBe('vault_locked')
    void phone.touch(own)
    await client.unlock()
    const shown = phone.prompts.length
    expect(text(await client.vault.get('pin'))).toBe('1234')
    expect(phone.prompts).toHaveLength(shown)
    void phone.touch(own)
    expect(text(await client.vault.get('seed'))).toBe('words')
    expect(phone.prompts).toHaveLength(shown + 1)
  })

  test('a new finger: invalidated, told at the start too; password, new registration, the old credential gone', async () => {
    const client = await unlocked()
    await client.vault.set('balance', bytes('42'), { recovery: 'resync' })
    client.lock()
    await phone.enrol('left thumb')
    void phone.touch(own)
    expect(await codeOf(client.unlock())).toBe('key_invalidated')
    expect(client.state).toMatchObject({ state: 'locked', reason: 'invalidated' })
    const second = await restart()
    expect(second.state).toMatchObject({ account: bank.ada, reason: 'invalidated' })
    await phone.clearTouches()
    await second.signInWithPassword({ username: 'ada', password: demoPassword })
    void phone.touch('left thumb')
    const fresh = await second.register()
    // Only a password stood behind it.
    expect(fresh.probationUntil).toBeGreaterThan(bank.clock.now() / 1000)
    const { json } = await bank.call<{ credentials: { id: string }[] }>('GET', '/v1/credentials', {
      token: (await bank.signIn()).session.token,
    })
    expect(json.credentials.map(({ id }) => id)).toEqual([fresh.id])
    await second.signOut()
    void phone.touch(own)
    expect((await second.signIn()).account).toBe(bank.ada)
    expect(await second.vault.list()).toEqual([])
    // What the old key protected is told, and stays until the app has dealt with it.
    expect(await second.vault.lost()).toEqual([
      { name: 'balance', ask: 'unlock', recovery: 'resync' },
      { name: 'pin', ask: 'unlock', recovery: 'none' },
    ])
    await second.vault.discardLost()
    expect(await second.vault.lost()).toEqual([])
    await expect.poll(() => phone.hardware.listKeys('keybound.')).toHaveLength(3)
  })

  test('a new finger while the prompt of a registration is open: told, and over with the next registration', async () => {
    const client = await startApp(bank, phone.hardware)
    await client.signInWithPassword({ username: 'ada', password: demoPassword })
    const registration = codeOf(client.register())
    await expect.poll(() => phone.prompts.length).toBe(1)
    await phone.enrol('left thumb')
    void phone.touch('left thumb')
    expect(await registration).toBe('key_invalidated')
    expect(await phone.hardware.listKeys('keybound.')).toEqual([])
    void phone.touch(own)
    await client.register()
    expect(client.state).toMatchObject({ state: 'unlocked', account: bank.ada })
    expect(client.state.reason).toBeUndefined()
  })

  test('the app goes to the background during a prompt: interrupted, and the next one works', async () => {
    const client = await registered()
    await client.signOut()
    const signIn = codeOf(client.signIn())
    await expect.poll(() => phone.prompts.length).toBe(2)
    await phone.background()
    expect(await signIn).toBe('prompt_interrupted')
    await phone.foreground()
    void phone.touch(own)
    expect((await client.signIn()).account).toBe(bank.ada)
  })

  test('two prompts at once: the second is refused, in one client and across two', async () => {
    const client = await registered()
    await client.signOut()
    const other = await startApp(bank, phone.hardware)
    const first = client.signIn()
    await expect.poll(() => phone.prompts.length).toBe(2)
    expect(await codeOf(client.unlock())).toBe('prompt_busy')
    expect(await codeOf(other.signIn())).toBe('prompt_busy')
    void phone.touch(own)
    expect((await first).account).toBe(bank.ada)
    expect(phone.prompts).toHaveLength(2)
  })

  test('lockout, and its end', async () => {
    const client = await registered()
    await client.signOut()
    await phone.lockOut(model === 'android' ? 'lockedOut' : 'lockedOutPermanently')
    const expected =
      model === 'android'
        ? (['biometric_locked_out', 'lockedOut'] as const)
        : (['biometric_locked_out_permanently', 'lockedOutPermanently'] as const)
    expect(await codeOf(client.signIn())).toBe(expected[0])
    expect(client.state.reason).toBe(expected[1])
    // Android tells of a lockout only when it is asked for a finger.
    const { available } = await client.availability()
    expect(available).toBe(model === 'android')
    await phone.unlockWithCredential()
    void phone.touch(own)
    expect((await client.signIn()).account).toBe(bank.ada)
    expect(client.state.reason).toBeUndefined()
  })

  test('the screen lock is taken off: no key, and the way back', async () => {
    const client = await registered()
    await client.signOut()
    await phone.setScreenLock(false)
    expect(await codeOf(client.signIn())).toMatch(/^(key_invalidated|key_missing|passcode_not_set)$/)
    expect(await client.availability()).toMatchObject({ available: false })
    const second = await restart()
    expect(second.state.reason).toBe('invalidated')
  })

  test('files restored on another phone: orphaned, nothing opens, a new registration goes on', async () => {
    await unlocked()
    const files = await phone.readStorage()
    const other = await makePhone(model, bank, { ...phoneOf(demand), seed: 'other' })
    await other.restore(files)
    const client = await start({}, other)
    // A copy of everything carries on an iPhone what names the installation, too.
    expect(client.state).toMatchObject({
      account: bank.ada,
      reason: model === 'ios' ? 'invalidated' : 'orphaned',
    })
    void other.touch(own)
    expect(await codeOf(client.unlock())).toBe(model === 'ios' ? 'key_missing' : 'key_orphaned')
    await other.clearTouches()
    await client.signInWithPassword({ username: 'ada', password: demoPassword })
    void other.touch(own)
    await client.register()
    const again = await start({}, other)
    expect(again.state).toMatchObject({ state: 'registered' })
    expect(again.state.reason).toBeUndefined()
  })

  test('the system’s backup holds nothing of it', async () => {
    await unlocked()
    expect(await phone.backup()).toEqual([])
  })

  test('installed anew: nothing is used silently, and a new registration tidies up', async () => {
    await registered()
    await phone.reinstall()
    const client = await start()
    expect(client.state.state).toBe('signedOut')
    expect(client.state.reason).toBe(model === 'ios' ? 'orphaned' : undefined)
    await client.signInWithPassword({ username: 'ada', password: demoPassword })
    void phone.touch(own)
    await client.register()
    expect(await phone.hardware.listKeys('keybound.')).toHaveLength(3)
    expect((await start()).state.reason).toBeUndefined()
  })

  test('two accounts have keys and vaults of their own', async () => {
    const client = await unlocked()
    await client.signOut()
    void phone.touch(own)
    await setUp(client, 'grace')
    await client.signOut()
    expect(await phone.hardware.listKeys('keybound.')).toHaveLength(6)
    expect(client.state.accounts.map(({ name }) => name)).toEqual(['grace', 'ada'])
    void phone.touch(own)
    expect((await client.signIn({ account: bank.ada })).account).toBe(bank.ada)
    expect((await client.vault.list()).map(({ name }) => name)).toEqual(['pin'])
    void phone.touch(own)
    expect((await client.signIn({ account: bank.grace })).account).toBe(bank.grace)
    expect(await client.vault.list()).toEqual([])
    await client.unregister()
    await expect.poll(() => phone.hardware.listKeys('keybound.')).toHaveLength(3)
  })

  test('offline: the vault opens within the time, without a token, and not later', async () => {
    const offline = { maxAgeSinceServerContact: 3_600_000 }
    await unlocked()
    let client = await restart({ offline })
    bank.network.down = true
    void phone.touch(own)
    expect(await client.unlock()).toBeUndefined()
    expect(client.state).toMatchObject({ state: 'unlockedOffline', reason: 'offline' })
    expect(text(await client.vault.get('pin'))).toBe('1234')
    bank.clock.advance(3_700)
    client = await restart({ offline })
    void phone.touch(own)
    expect(await codeOf(client.unlock())).toBe('network_unreachable')
    expect(client.state).toMatchObject({ state: 'locked' })
  })

  test('in the background the app locks after its grace, not while a prompt covers it', async () => {
    const client = await unlocked()
    await phone.background()
    await phone.foreground()
    expect(client.state.state).toBe('unlocked')
    await phone.background()
    bank.clock.advance(31)
    await phone.foreground()
    await expect.poll(() => client.state.state).toBe('locked')
  })
})
