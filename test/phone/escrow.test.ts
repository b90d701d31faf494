import type { KeyboundError, Recovery } from '@keybound/phone'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Bank, demoPassword, setUp, startApp } from './support/bank.ts'
import {
  appsOf,
  demanded,
  inNewProcess,
  makePhone,
  openPhoneBank,
  own,
  type Phone,
  phoneOf,
  startProcess,
} from './support/phones.ts'

/** Seconds for which a signature releases what lies in escrow. */
const maxAge = 60
const text = (value: Uint8Array) => Buffer.from(value).toString()
const bytes = (value: string) => new TextEncoder().encode(value)
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: KeyboundError) => error.code,
  )
type Client = Awaited<ReturnType<typeof startApp>>

describe.each(demanded)('secrets in escrow, on a virtual $model, at $level', (demand) => {
  const { model, level } = demand
  let bank: Bank
  let phone: Phone

  beforeEach(async () => {
    bank = await openPhoneBank(appsOf(demand), { policy: { recovery: { level, maxAge } } })
    phone = await makePhone(model, bank, phoneOf(demand))
  })

  const start = (on = phone) => startApp(bank, inNewProcess(on.hardware))
  const put = (client: Client, name: string, value: string, kept: Recovery) =>
    client.vault.set(name, bytes(value), { recovery: kept })
  const forgetRequests = () => bank.network.requests.splice(0)

  /** A device with secrets of every kind, the vault open. */
  async function withSecrets() {
    const client = await start()
    void phone.touch(own)
    await setUp(client)
    void phone.touch(own)
    await client.unlock()
    await put(client, 'payees', 'Grace', 'escrow')
    await put(client, 'seed', 'words', 'escrow')
    await put(client, 'balance', '42', 'resync')
    await put(client, 'pin', '1234', 'none')
    return client
  }

  /** What a user does whose key is gone: password, registration, sign-in. Two touches. */
  async function again(finger: string, on = phone) {
    const client = await start(on)
    await client.signInWithPassword({ username: 'ada', password: demoPassword })
    void on.touch(finger)
    const credential = await client.register()
    void on.touch(finger)
    await client.signIn()
    return { client, credential }
  }

  /** The same after a new finger has destroyed the key. */
  async function enrolled() {
    await phone.enrol('left thumb')
    void phone.touch(own)
    expect(await codeOf((await start()).unlock())).toBe('key_invalidated')
    await phone.clearTouches()
    return again('left thumb')
  }

  /** `recover` with the touch that opens the new vault. */
  function recover(client: Client) {
    void phone.touch('left thumb')
    return client.vault.recover()
  }

  /** Changes the last bit of a file. */
  async function breakFile({ name }: { readonly name: string } = { name: '' }) {
    const file = (await phone.hardware.readFile(name, 0, 100_000)) ?? ''
    const broken = Buffer.from(file, 'base64url')
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    await phone.hardware.writeFile(name, broken.toString('base64url'), false)
  }

  /** Leaves nothing to be read of what the phone keeps of the keys of its first vault. */
  async function breakKeysOfOldest() {
    const isRecords = ({ bytes }: { readonly bytes: Uint8Array }) => text(bytes).includes('/keys"')
    const { name, bytes } = (await phone.readStorage()).find(isRecords) ?? { name: '', bytes: [] }
    const records = JSON.parse(Buffer.from(bytes).toString()) as [string, string][]
    const [oldest] = records.filter(([key]) => key.endsWith('/keys'))
    expect(oldest).toBeDefined()
    oldest?.splice(1, 1, 'damaged')
    await phone.hardware.writeFile(name, Buffer.from(JSON.stringify(records)).toString('base64url'), false)
  }

  const namesCredential = ({ bytes }: { readonly bytes: Uint8Array }) =>
    text(bytes).includes('phone/credential/')

  /** The lists of the vaults that lie on the phone. */
  const listed = async () =>
    (await phone.readStorage()).filter(({ bytes }) => text(bytes).startsWith('kbm1 '))

  const escrowed = [
    { name: 'payees', ask: 'unlock', recovery: 'escrow' },
    { name: 'seed', ask: 'unlock', recovery: 'escrow' },
  ]
  const rest = [
    { name: 'balance', ask: 'unlock', recovery: 'resync' },
    { name: 'pin', ask: 'unlock', recovery: 'none' },
  ]

  test('come back after a new finger, password and registration on probation; the rest is told by name', async () => {
    await withSecrets()
    const { client, credential } = await enrolled()
    // The old credential is gone with its key.
    const { token } = (await bank.signIn()).session
    const { json } = await bank.call<{ credentials: { id: string }[] }>('GET', '/v1/credentials', { token })
    expect(json.credentials.map(({ id }) => id)).toEqual([credential.id])
    expect(credential.probationUntil).toBeGreaterThan(bank.clock.now() / 1000)
    expect(await client.vault.list()).toEqual([])
    expect(await client.vault.lost()).toEqual(inOrder([...escrowed, ...rest]))
    const shown = phone.prompts.length
    expect(await recover(client)).toEqual({ recovered: escrowed, lost: rest })
    expect(phone.prompts).toHaveLength(shown + 1)
    expect(text(await client.vault.get('payees'))).toBe('Grace')
    expect(text(await client.vault.get('seed'))).toBe('words')
    expect(phone.prompts).toHaveLength(shown + 1)
    expect(bank.events.filter(({ type }) => type === 'recovery.released')).toMatchObject([
      { account: bank.ada, credentialId: credential.id, keys: 2 },
    ])
    // Asked again there is nothing to do: no prompt, no request. The rest stays until the app has dealt with it.
    forgetRequests()
    expect(await client.vault.recover()).toEqual({ recovered: [], lost: rest })
    expect(bank.network.requests).toEqual([])
    await client.vault.discardLost()
    expect(await client.vault.recover()).toEqual({ recovered: [], lost: [] })
    expect(await client.vault.list()).toEqual(escrowed)
    await expect.poll(() => phone.hardware.listKeys('keybound.')).toHaveLength(3)
  })

  test('come back a second time, because what came back lies in escrow again', async () => {
    await withSecrets()
    const first = await enrolled()
    await recover(first.client)
    await first.client.vault.discardLost()
    await phone.enrol('nose')
    const { client } = await again('nose')
    void phone.touch('nose')
    expect((await client.vault.recover()).recovered).toEqual(escrowed)
    expect(text(await client.vault.get('payees'))).toBe('Grace')
  })

  test('are not released to the password alone, nor without the network: nothing is lost by asking', async () => {
    await withSecrets()
    await phone.enrol('left thumb')
    const client = await start()
    await client.signInWithPassword({ username: 'ada', password: demoPassword })
    void phone.touch('left thumb')
    await client.register()
    expect(await codeOf(client.vault.recover())).toBe('step_up_required')
    void phone.touch('left thumb')
    await client.signIn()
    bank.network.down = true
    expect(await codeOf(client.vault.recover())).toBe('network_unreachable')
    bank.network.down = false
    bank.clock.advance(maxAge + 1)
    expect(await codeOf(client.vault.recover())).toBe('step_up_required')
    void phone.touch('left thumb')
    await client.signIn()
    // Nor to a new vault that no finger opens.
    const shown = phone.prompts.length
    const interrupted = codeOf(client.vault.recover())
    await expect.poll(() => phone.prompts.length, { timeout: 10_000 }).toBe(shown + 1)
    await phone.background()
    expect(await interrupted).toBe('prompt_interrupted')
    await phone.foreground()
    expect((await recover(client)).recovered).toEqual(escrowed)
  })

  test('do not replace what the app has set anew, and one that is damaged does not hold up the rest', async () => {
    const old = await withSecrets()
    await put(old, 'third', 'three', 'escrow')
    const damaged = (await phone.readStorage()).find(({ bytes }) => text(bytes).includes('"name":"third"'))
    expect(damaged).toBeDefined()
    const { client } = await enrolled()
    await put(client, 'payees', 'Alan', 'escrow')
    await breakFile(damaged)
    const { recovered, lost } = await recover(client)
    expect(recovered.map(({ name }) => name)).toEqual(['seed'])
    expect(lost.map(({ name }) => name)).toEqual(['balance', 'pin', 'third'])
    expect(text(await client.vault.get('payees'))).toBe('Alan')
  })

  test('come back only where the key is that signed their list: nobody plants them', async () => {
    await withSecrets()
    const [proof = ''] = (await phone.hardware.listKeys('keybound.')).filter((alias) =>
      alias.includes('proof'),
    )
    await phone.hardware.deleteKey(proof)
    const { client } = await enrolled()
    forgetRequests()
    const { recovered, lost } = await client.vault.recover()
    expect(recovered).toEqual([])
    expect(lost).toHaveLength(4)
    expect(bank.network.requests).toEqual([])
  })

  test('do not keep off the rest where biometrics were turned off and on again: told, and deleted', async () => {
    const old = await withSecrets()
    expect((await phone.readStorage()).some(namesCredential)).toBe(true)
    await old.unregister()
    // After the call: the keys, and what the phone knows of them.
    await expect.poll(() => phone.hardware.listKeys('keybound.')).toEqual([])
    await expect.poll(async () => (await phone.readStorage()).some(namesCredential)).toBe(false)
    const { client } = await again(own)
    expect(await client.vault.lost()).toEqual(inOrder([...escrowed, ...rest]))
    forgetRequests()
    expect(await client.vault.recover()).toEqual({ recovered: [], lost: inOrder([...escrowed, ...rest]) })
    expect(bank.network.requests).toEqual([])
    await put(client, 'payees', 'Grace', 'escrow')
    // The next key's end loses nothing that the one before it did not.
    const next = await enrolled()
    const { recovered, lost } = await recover(next.client)
    expect(recovered.map(({ name }) => name)).toEqual(['payees'])
    expect(lost.map(({ name }) => name)).toEqual(['balance', 'pin', 'seed'])
    await next.client.vault.discardLost()
    expect(await next.client.vault.lost()).toEqual([])
    expect((await listed()).length).toBe(1)
  })

  test('come back from one vault while another one is damaged, which is told when asked for and deleted', async () => {
    await withSecrets()
    const [manifest] = await listed()
    const first = await enrolled()
    await put(first.client, 'later', 'x', 'escrow')
    await breakFile(manifest)
    await phone.enrol('nose')
    const { client } = await again('nose')
    expect(await codeOf(client.vault.lost())).toBe('vault_corrupted')
    void phone.touch('nose')
    const { recovered, lost } = await client.vault.recover()
    expect(recovered.map(({ name }) => name)).toEqual(['later'])
    expect(lost).toEqual([])
    await client.vault.discardLost()
    expect(await client.vault.lost()).toEqual([])
  })

  test('come back where nothing can be read of the keys of their vault: what counts is the signed list', async () => {
    await withSecrets()
    await enrolled()
    await breakKeysOfOldest()
    const client = await start()
    void phone.touch('left thumb')
    await client.signIn()
    expect(await client.vault.lost()).toEqual(inOrder([...escrowed, ...rest]))
    expect(await recover(client)).toEqual({ recovered: escrowed, lost: rest })
    await client.vault.discardLost()
    expect(await client.vault.lost()).toEqual([])
    expect((await listed()).length).toBe(1)
  })

  test('do not come back as they were before: a newer value that is damaged, or not in escrow, leaves none', async () => {
    await withSecrets()
    const first = await enrolled()
    await recover(first.client)
    bank.clock.advance(1)
    await put(first.client, 'payees', 'Alan', 'none')
    await put(first.client, 'seed', 'other words', 'escrow')
    void phone.touch('left thumb')
    await first.client.signIn()
    // The second value of that name in the second vault.
    const newest = (await phone.readStorage()).find(({ bytes }) =>
      /"name":"seed",.*"version":2/.test(text(bytes)),
    )
    expect(newest).toBeDefined()
    await breakFile(newest)
    await phone.enrol('nose')
    const { client } = await again('nose')
    void phone.touch('nose')
    const { recovered, lost } = await client.vault.recover()
    expect(recovered).toEqual([])
    expect(lost.map(({ name }) => name)).toEqual(['balance', 'payees', 'pin', 'seed'])
  })

  test('are all deleted by discardLost, also where the app dies after any file that it deletes', async () => {
    await withSecrets()
    await enrolled()
    const sealed = async () =>
      (await phone.readStorage()).filter(({ bytes }) => text(bytes).startsWith('kbv1 '))
    // The session of the vault of now is all that stays.
    expect(await sealed()).toHaveLength(6)
    let deaths = 0
    /** Whether it came to its end, in an app that dies one file later than the one before. */
    const discarded = async () => {
      const app = startProcess(phone.hardware)
      const died = Promise.withResolvers<boolean>()
      let left = deaths
      const deleteFile = async (name: string) => {
        await app.hardware.deleteFile(name)
        if (left-- > 0) return
        app.end()
        died.resolve(false)
        await new Promise(() => {})
      }
      const client = await startApp(bank, { ...inNewProcess(app.hardware), deleteFile })
      return Promise.race([died.promise, client.vault.discardLost().then(() => true)])
    }
    while (!(await discarded())) deaths++
    expect(deaths).toBeGreaterThan(4)
    expect(await sealed()).toHaveLength(1)
    expect(await (await start()).vault.lost()).toEqual([])
  })

  test('do not replace what another process of the app has set meanwhile', async () => {
    await withSecrets()
    const { client } = await enrolled()
    const shown = phone.prompts.length
    const recovering = client.vault.recover()
    await expect.poll(() => phone.prompts.length, { timeout: 10_000 }).toBe(shown + 1)
    await put(await start(), 'payees', 'Alan', 'none')
    await phone.touch('left thumb')
    const { recovered, lost } = await recovering
    expect(recovered.map(({ name }) => name)).toEqual(['seed'])
    expect(lost).toEqual(rest)
    expect(text(await client.vault.get('payees'))).toBe('Alan')
  })

  test('are none that take a prompt each time: the server would open them without', async () => {
    const client = await withSecrets()
    const set = client.vault.set('payees', bytes('Alan'), { recovery: 'escrow', ask: 'everyTime' })
    await expect(set).rejects.toMatchObject({
      code: 'secret_invalid',
      message: expect.stringContaining('no escrow with everyTime'),
    })
    void phone.touch(own)
    expect(text(await client.vault.get('payees'))).toBe('Grace')
  })

  test('files restored on another phone give nothing back there', async () => {
    await withSecrets()
    const other = await makePhone(model, bank, { ...phoneOf(demand), seed: 'other' })
    await other.restore(await phone.readStorage())
    const { client } = await again(own, other)
    const { recovered, lost } = await client.vault.recover()
    expect(recovered).toEqual([])
    expect(lost.map(({ name }) => name)).toEqual(['balance', 'payees', 'pin', 'seed'])
  })

  test('are set while locked once the recovery key is known, and it is signed with the list', async () => {
    const client = await withSecrets()
    client.lock()
    forgetRequests()
    await put(client, 'later', 'x', 'escrow')
    expect(bank.network.requests).toEqual([])
    const { client: fresh } = await enrolled()
    expect((await recover(fresh)).recovered.map(({ name }) => name)).toEqual(['later', 'payees', 'seed'])
  })

  test('are refused where nobody can keep them: no session to ask with, a server without escrow', async () => {
    const client = await start()
    void phone.touch(own)
    await setUp(client)
    await client.signOut()
    expect(await codeOf(put(client, 'payees', 'Grace', 'escrow'))).toBe('not_signed_in')
    bank = await openPhoneBank()
    phone = await makePhone(model, bank)
    const without = await start()
    void phone.touch(own)
    await setUp(without)
    void phone.touch(own)
    await without.unlock()
    expect(await codeOf(put(without, 'payees', 'Grace', 'escrow'))).toBe('not_found')
    expect(await without.vault.list()).toEqual([])
  })
})

function inOrder<T extends { readonly name: string }>(secrets: readonly T[]): readonly T[] {
  return secrets.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
