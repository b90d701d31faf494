import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RefreshToken } from '../../packages/client/src/tokens/tokens.ts'
import type { DeviceVault } from '../../packages/client/src/unlock/device-vault.ts'
import { keepToken } from '../../packages/client/src/unlock/seal-session.ts'
import type { KeyHandle } from '../../packages/client/src/vault/sealing.ts'
import { refreshTokenName } from '../../packages/client/src/vault/secret-name.ts'
import { createSecretStore, type SecretStore } from '../../packages/client/src/vault/secret-store.ts'
import { makeKeys } from '../../packages/web/src/sealing/make-keys.ts'
import { openKey } from '../../packages/web/src/sealing/sealing-keys.ts'
import { createWebSealing } from '../../packages/web/src/sealing/web-sealing.ts'
import { createExclusive, createSigner, crypto, memoryFiles } from './support/memory-vault.ts'

const owner = { server: 'https://bank.example', account: 'ada', credentialId: 'Y3JlZGVudGlhbA' }
const filled = (value: number) => new Uint8Array(32).fill(value)
/** Anew each time: whoever takes them wipes them. */
const outputs = () => ({ unlock: filled(1), everyTime: filled(2) })

let keys: Awaited<ReturnType<typeof makeKeys>>
let unlockKey: KeyHandle
let store: SecretStore
/** The key that is open now. */
let open: KeyHandle | undefined

beforeAll(async () => {
  keys = await makeKeys(crypto, outputs(), { unlock: filled(3), everyTime: filled(4) }, owner)
  unlockKey = await openKey(crypto, outputs().unlock, keys.unlock, owner, 'unlock')
})
beforeEach(async () => {
  open = unlockKey
  const { files } = memoryFiles()
  const platform = { ...createWebSealing({ crypto }), files, exclusive: createExclusive() }
  store = createSecretStore(platform, { owner, prefix: 'ada/', keys, proof: await createSigner() })
  await store.create()
})

/** The refresh token of one more session over the same vault. */
function sealed(): RefreshToken {
  const secure = { platform: { vault: { now: () => 1_800_000_000_000 } }, opened: () => open }
  return keepToken(secure as never, { store, owner } as unknown as DeviceVault)
}

const listed = async () => (await store.manifest()).secrets[refreshTokenName]
const inVault = async () => new TextDecoder().decode(await store.get(refreshTokenName, unlockKey))

describe('the successor of a sealed refresh token', () => {
  test('takes the place of the one that was read, again and again', async () => {
    const token = sealed()
    await token.write('F1')
    for (const [before, next] of [
      ['F1', 'F2'],
      ['F2', 'F3'],
    ] as const) {
      expect(await token.read()).toBe(before)
      await token.write(next, true)
      expect(await inVault()).toBe(next)
    }
  })

  test('is dropped when a sign-out took that one out, and nothing is written', async () => {
    const token = sealed()
    await token.write('F1')
    await token.read()
    await store.delete(refreshTokenName)
    const { epoch } = await store.manifest()
    await token.write('F2', true)
    expect(await listed()).toBeUndefined()
    expect((await store.manifest()).epoch).toBe(epoch)
  })

  test('is dropped when a sign-in wrote another one, also after a sign-out: the version is the same then', async () => {
    const token = sealed()
    await token.write('F1')
    await token.read()
    const { version } = (await listed()) ?? {}
    await store.delete(refreshTokenName)
    await sealed().write('G1')
    expect((await listed())?.version).toBe(version)
    await token.write('F2', true)
    expect(await inVault()).toBe('G1')
  })
})

describe('a refresh token that is in memory', () => {
  const locked = expect.objectContaining({ code: 'vault_locked' })

  test('beside the sealed one, where the touch opened nothing: goes on alike, and only with what was sealed', async () => {
    open = undefined
    const token = sealed()
    await token.write('F1')
    expect(await token.read()).toBe('F1')
    await token.write('F2', true)
    expect(await token.read()).toBe('F2')
    expect(await inVault()).toBe('F2')
    await sealed().write('G1')
    await token.write('F3', true)
    expect(await inVault()).toBe('G1')
    expect(await token.read()).toBe('F2')
  })

  test.each([
    ['beside the sealed one', () => sealed()],
    ['alone', () => keepToken({ platform: {}, opened: () => open } as never, undefined)],
  ])('%s: gone once forgotten, also when its successor comes after that', async (_, make) => {
    open = undefined
    const token = make()
    await token.write('F1')
    expect(await token.read()).toBe('F1')
    token.forget()
    await token.write('F2', true)
    await expect(token.read()).rejects.toEqual(locked)
  })
})
