import type { KeyHandle, VaultFiles, VaultKeys } from '@keybound/client'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createSecretStore, type SecretStore } from '../../packages/client/src/vault/secret-store.ts'
import { makeKeys, newSalts } from '../../packages/web/src/sealing/make-keys.ts'
import { openKey } from '../../packages/web/src/sealing/sealing-keys.ts'
import { createWebSealing } from '../../packages/web/src/sealing/web-sealing.ts'
import { createExclusive, createSigner, crypto, memoryFiles } from './support/memory-vault.ts'

const sealing = createWebSealing({ crypto })
const bank = 'https://bank.example'
const text = (value: string) => new TextEncoder().encode(value)
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** The sealing keys of an account, made and opened with the outputs of an authenticator. */
async function createKeys(account: string) {
  const owner = { server: bank, account, credentialId: 'Y3JlZA' }
  const prf = (fill: number) => new Uint8Array(32).fill(fill)
  const keys = await makeKeys(crypto, { unlock: prf(1), everyTime: prf(2) }, newSalts(crypto), owner)
  return {
    keys,
    unlock: await openKey(crypto, prf(1), keys.unlock, owner, 'unlock'),
    everyTime: await openKey(crypto, prf(2), keys.everyTime, owner, 'everyTime'),
  }
}

type Keys = Awaited<ReturnType<typeof createKeys>>
let ada: Keys
let grace: Keys

beforeAll(async () => {
  ada = await createKeys('ada')
  grace = await createKeys('grace')
})

/** Vaults of several accounts over the same files. */
async function createWorld() {
  const { files, stored } = memoryFiles()
  const signer = await createSigner()
  const exclusive = createExclusive()
  const open = (
    account: string,
    keys: VaultKeys,
    { server = bank, proof = signer }: Partial<{ proof: typeof signer; server: string }> = {},
  ) =>
    createSecretStore(
      { ...sealing, files, exclusive },
      { owner: { server, account }, prefix: `${account}/`, keys, proof },
    )
  const vault = open('ada', ada.keys)
  await vault.create()
  /** The name of the file that holds the value of a secret. */
  const fileOf = async (store: SecretStore, account: string, name: string) =>
    `${account}/secret/${(await store.manifest()).secrets[name]?.hash}`
  return { files, stored, signer, open, vault, fileOf }
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe('secrets', () => {
  test('are set without a touch and read with one; several accounts lie side by side', async () => {
    const { vault, open } = await createWorld()
    const other = open('grace', grace.keys)
    await other.create()
    await vault.set('pin', text('of ada'))
    await other.set('pin', text('of grace'))
    await vault.set('pin', text('of ada, newer'))
    expect(decode(await vault.get('pin', ada.unlock))).toBe('of ada, newer')
    expect(decode(await other.get('pin', grace.unlock))).toBe('of grace')
    expect((await vault.manifest()).secrets.pin?.version).toBe(2)
    await vault.delete('pin')
    expect(await codeOf(vault.get('pin', ada.unlock))).toBe('secret_unknown')
    expect(decode(await other.get('pin', grace.unlock))).toBe('of grace')
  })

  test('of one key are not opened by the other', async () => {
    const { vault } = await createWorld()
    await vault.set('seed', text('words'), { ask: 'everyTime' })
    expect(await codeOf(vault.get('seed', ada.unlock))).toBe('vault_wrong_key')
    expect(decode(await vault.get('seed', ada.everyTime))).toBe('words')
  })

  test('and their names can be anything the alphabet allows', async () => {
    const { vault } = await createWorld()
    for (const name of ['constructor', 'tostring', 'a', 'z'.repeat(64), 'a-b.c_d9']) {
      expect(await codeOf(vault.get(name, ada.unlock))).toBe('secret_unknown')
      await vault.set(name, text(name))
      expect(decode(await vault.get(name, ada.unlock))).toBe(name)
    }
  })

  test('come back byte for byte, whatever they are (property)', async () => {
    const { vault } = await createWorld()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        await vault.set('any', bytes)
        expect(await vault.get('any', ada.unlock)).toEqual(bytes)
      }),
      { seed: 3, numRuns: 40 },
    )
  })

  test('set by several tabs at once are all kept, and no file is left over', async () => {
    const { vault, stored, open } = await createWorld()
    const tabs = [vault, ...Array.from({ length: 4 }, () => open('ada', ada.keys))]
    await Promise.all(
      tabs.flatMap((tab, i) => [tab.set(`own-${i}`, text(`${i}`)), tab.set('shared', text(`${i}`))]),
    )
    expect(Object.keys((await vault.manifest()).secrets)).toHaveLength(6)
    for (const [i, tab] of tabs.entries()) expect(decode(await tab.get(`own-${i}`, ada.unlock))).toBe(`${i}`)
    expect(stored.size).toBe(7)
  })
})

describe('damage has its code, and deletes nothing', () => {
  /** Two secrets, one of them in two versions, and the vault of another account. */
  async function filled() {
    const world = await createWorld()
    const other = world.open('grace', grace.keys)
    await other.create()
    await other.set('pin', text('of grace'))
    await world.vault.set('pin', text('old'))
    const older = new Map(world.stored)
    const oldFile = older.get(await world.fileOf(world.vault, 'ada', 'pin')) as Uint8Array
    await world.vault.set('pin', text('new'))
    await world.vault.set('seed', text('words'))
    const place = await world.fileOf(world.vault, 'ada', 'pin')
    const file = world.stored.get(place) as Uint8Array
    const put = (bytes: Uint8Array) => world.stored.set(place, bytes)
    return { ...world, other, older, oldFile, place, file, put }
  }

  type Filled = Awaited<ReturnType<typeof filled>>
  const replaced = (file: Uint8Array, from: string, to: string) =>
    Buffer.from(Buffer.from(file).toString('latin1').replace(from, to), 'latin1')

  test.each<[string, string, (world: Filled) => unknown | Promise<unknown>]>([
    [
      'another secret',
      'vault_swapped',
      async (w) => w.put(w.stored.get(await w.fileOf(w.vault, 'ada', 'seed')) as Uint8Array),
    ],
    ['its older value', 'vault_rolled_back', (w) => w.put(w.oldFile)],
    [
      'the same of another account',
      'vault_other_account',
      async (w) => w.put(w.stored.get(await w.fileOf(w.other, 'grace', 'pin')) as Uint8Array),
    ],
    [
      'one of another server',
      'vault_other_account',
      (w) => w.put(replaced(w.file, 'bank.example', 'evil.example')),
    ],
    [
      'one of another sealing key',
      'vault_wrong_key',
      (w) => w.put(replaced(w.file, '"key":"', '"key":"AAAA').subarray()),
    ],
    [
      'one of another wrap algorithm',
      'vault_wrong_key',
      (w) => w.put(replaced(w.file, 'ecdh-p256', 'ecdh-p384')),
    ],
    ['a newer format', 'vault_format_newer', (w) => w.put(replaced(w.file, 'kbv1', 'kbv2'))],
    ['another kind of file', 'vault_corrupted', (w) => w.put(w.stored.get('ada/manifest') as Uint8Array)],
    ['a damaged header', 'vault_corrupted', (w) => w.put(replaced(w.file, '"wrapped":"', '"wrapped":"A'))],
    [
      'a header in another spelling',
      'vault_corrupted',
      (w) => w.put(replaced(w.file, '{"account"', '{ "account"')),
    ],
    [
      'a damaged payload',
      'vault_corrupted',
      (w) => w.put(Buffer.concat([w.file.subarray(0, -1), Buffer.of((w.file.at(-1) ?? 0) ^ 1)])),
    ],
    ['half of it', 'vault_corrupted', (w) => w.put(w.file.subarray(0, w.file.length - 5))],
    ['nothing but the header', 'vault_corrupted', (w) => w.put(w.file.subarray(0, 40))],
    ['an empty file', 'vault_corrupted', (w) => w.put(new Uint8Array())],
    ['no file', 'vault_corrupted', (w) => w.stored.delete(w.place)],
    [
      'the older state of the whole vault',
      'vault_rolled_back',
      (w) => {
        for (const [key, file] of w.older) w.stored.set(key, file)
      },
    ],
    ['no manifest', 'vault_corrupted', (w) => w.stored.delete('ada/manifest')],
    [
      'the manifest of another account',
      'vault_other_account',
      (w) => w.stored.set('ada/manifest', w.stored.get('grace/manifest') as Uint8Array),
    ],
    [
      'a manifest of a newer format',
      'vault_format_newer',
      (w) =>
        w.stored.set('ada/manifest', replaced(w.stored.get('ada/manifest') as Uint8Array, 'kbm1', 'kbm9')),
    ],
    [
      'a manifest with another epoch',
      'vault_corrupted',
      (w) =>
        w.stored.set(
          'ada/manifest',
          replaced(w.stored.get('ada/manifest') as Uint8Array, '"epoch":3', '"epoch":4'),
        ),
    ],
  ])('%s: %s', async (_, code, damage) => {
    const world = await filled()
    await damage(world)
    const before = new Map(world.stored)
    expect(await codeOf(world.vault.get('pin', ada.unlock))).toBe(code)
    expect(world.stored).toEqual(before)
    // The other account notices nothing.
    expect(decode(await world.other.get('pin', grace.unlock))).toBe('of grace')
  })

  test('a vault begun over one with secrets: vault_corrupted, and nothing is lost', async () => {
    const { vault, open, stored } = await filled()
    const before = new Map(stored)
    expect(await codeOf(open('ada', grace.keys).create())).toBe('vault_corrupted')
    expect(stored).toEqual(before)
    expect(decode(await vault.get('pin', ada.unlock))).toBe('new')
  })

  test('another opened key: vault_wrong_key, and the right one still opens', async () => {
    const { vault } = await filled()
    expect(await codeOf(vault.get('pin', grace.unlock))).toBe('vault_wrong_key')
    expect(decode(await vault.get('pin', ada.unlock))).toBe('new')
  })

  test('a sealing key put in place of ours: vault_wrong_key, and nothing is sealed to it', async () => {
    const { open, stored } = await filled()
    const planted = open('ada', { ...ada.keys, unlock: grace.keys.unlock })
    const before = new Map(stored)
    expect(await codeOf(planted.set('pin', text('for the thief')))).toBe('vault_wrong_key')
    expect(stored).toEqual(before)
  })

  test('a manifest signed by another proof key: vault_corrupted, and it is not signed over', async () => {
    const { open, stored } = await filled()
    const foreign = open('ada', ada.keys, { proof: await createSigner() })
    const before = new Map(stored)
    expect(await codeOf(foreign.set('pin', text('x')))).toBe('vault_corrupted')
    expect(stored).toEqual(before)
  })

  test('one flipped bit anywhere in a secret is refused with a vault code (property)', async () => {
    const { vault, file, put } = await filled()
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length * 8 - 1), async (bit) => {
        const bytes = file.slice()
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        put(bytes)
        expect(await codeOf(vault.get('pin', ada.unlock))).toMatch(/^vault_(?!locked|unavailable)/)
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  test('one flipped bit anywhere in the manifest is refused with a vault code (property)', async () => {
    const { vault, stored } = await filled()
    const file = stored.get('ada/manifest') as Uint8Array
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length * 8 - 1), async (bit) => {
        const bytes = file.slice()
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        stored.set('ada/manifest', bytes)
        expect(await codeOf(vault.get('pin', ada.unlock))).toMatch(/^vault_(?!locked|unavailable)/)
      }),
      { seed: 6, numRuns: 200 },
    )
  })

  test('a crash between any two writes leaves the state before or after', async () => {
    for (const cut of [0, 1, 2]) {
      const world = await filled()
      let writes = 0
      const { set } = world.files
      const files: VaultFiles = {
        ...world.files,
        set: async (key, file) => {
          if (writes++ >= cut) throw new Error('the power went')
          await set(key, file)
        },
        delete: async () => {
          throw new Error('the power went')
        },
      }
      const dying = createSecretStore(
        { ...sealing, files, exclusive: createExclusive() },
        { owner: { server: bank, account: 'ada' }, prefix: 'ada/', keys: ada.keys, proof: world.signer },
      )
      await dying.set('pin', text('newest')).catch(() => {})
      expect(decode(await world.open('ada', ada.keys).get('pin', ada.unlock))).toBe(
        cut < 2 ? 'new' : 'newest',
      )
    }
  })
})

test('a PRF output of another credential opens nothing', async () => {
  const owner = { server: bank, account: 'ada', credentialId: 'Y3JlZA' }
  const wrong = async (
    fill: number,
    other: Partial<typeof owner>,
    use: 'unlock' | 'everyTime',
  ): Promise<KeyHandle> =>
    openKey(crypto, new Uint8Array(32).fill(fill), ada.keys[use], { ...owner, ...other }, use)
  expect(await codeOf(wrong(1, {}, 'unlock'))).toBe('no error')
  expect(await codeOf(wrong(9, {}, 'unlock'))).toBe('vault_wrong_key')
  expect(await codeOf(wrong(1, { account: 'grace' }, 'unlock'))).toBe('vault_wrong_key')
  expect(await codeOf(wrong(1, { server: 'https://evil.example' }, 'unlock'))).toBe('vault_wrong_key')
  expect(await codeOf(wrong(1, { credentialId: 'b3RoZXI' }, 'unlock'))).toBe('vault_wrong_key')
  expect(await codeOf(wrong(1, {}, 'everyTime'))).toBe('vault_wrong_key')
})
