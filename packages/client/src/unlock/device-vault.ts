import { KeyboundError } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { storageLimit } from '../device/device-records.ts'
import type { ManifestSigner, SigningKey, VaultKeys, VaultOwner } from '../platform-vault.ts'
import { base64Url, readStored, shape } from '../read.ts'
import type { KeyPlatform } from '../tokens/proof.ts'
import { corrupted } from '../vault/frame.ts'
import { createSecretStore, type SecretStore } from '../vault/secret-store.ts'

/** The vault of an earlier credential on this device. */
export interface EarlierVault {
  readonly owner: VaultOwner
  readonly keys: VaultKeys
  /** Signing rejects `vault_key_missing` where `unregister` deleted even this key; verifying then refuses nothing. */
  readonly proof: ManifestSigner
  readonly store: SecretStore
}

/** The vault of one credential on this device. */
export interface DeviceVault extends EarlierVault {
  readonly proof: SigningKey
}

/** The vaults of this device. Each is kept once read, so that it knows the newest state it saw. */
export interface DeviceVaults {
  /** `undefined` where there is none. Rejects `vault_key_missing` when its proof key is gone. */
  readonly find: (via: Call['step'], owner: VaultOwner) => Promise<DeviceVault | undefined>
  /** Those of the account's earlier credentials on this device, which no key opens any more. */
  readonly earlier: (via: Call['step'], owner: VaultOwner) => Promise<readonly EarlierVault[]>
  /** Deletes a vault with all that is in it. */
  readonly destroy: (via: Call['step'], device: EarlierVault) => Promise<void>
  /** Begins an empty vault with new keys. */
  readonly create: (via: Call['step'], owner: VaultOwner, keys: VaultKeys) => Promise<DeviceVault>
  /** The proof key of a vault that is to be, so that it can be named before the touch. */
  readonly proofKey: (via: Call['step'], owner: VaultOwner) => Promise<SigningKey>
}

const sealingKey = shape({ publicKey: base64Url(1), sealed: base64Url(1) })
const readKeys = shape<VaultKeys>({ unlock: sealingKey, everyTime: sealingKey })

/** Begins the names of everything that belongs to a vault. */
export function prefixOf({ server, account, credentialId }: VaultOwner): string {
  return `keybound/1/vault/${server}/${encodeURIComponent(account)}/${credentialId}/`
}

/** Makes them. */
export function createDeviceVaults({ vault, storage }: KeyPlatform): DeviceVaults {
  const known = new Map<string, EarlierVault>()

  function open<P extends ManifestSigner>(owner: VaultOwner, keys: VaultKeys, proof: P) {
    const prefix = prefixOf(owner)
    const { files, exclusive } = vault
    const parts = { sealing: vault, signer: proof, files, exclusive, prefix, keys, ...owner }
    const device = { owner, keys, proof, store: createSecretStore(parts) }
    known.set(prefix, device)
    return device
  }

  async function makeProofKey(owner: VaultOwner): Promise<SigningKey> {
    return (await vault.proofKey(`${prefixOf(owner)}proof`, owner, true)) ?? missing()
  }

  async function find(owner: VaultOwner, without: ManifestSigner): Promise<EarlierVault | undefined>
  async function find(owner: VaultOwner): Promise<DeviceVault | undefined>
  async function find(owner: VaultOwner, without?: ManifestSigner): Promise<EarlierVault | undefined> {
    const prefix = prefixOf(owner)
    const kept = await storage.get(`${prefix}keys`)
    if (kept === undefined) return undefined
    const proof = (await vault.proofKey(`${prefix}proof`, owner, false)) ?? without ?? missing()
    const keys = readStored(readKeys, kept)
    if (!keys) throw corrupted()
    return known.get(prefix) ?? open(owner, keys, proof)
  }

  async function earlier(owner: VaultOwner): Promise<readonly EarlierVault[]> {
    const own = prefixOf(owner)
    const found: EarlierVault[] = []
    for (const key of await storage.keys(own.slice(0, -owner.credentialId.length - 1))) {
      const credentialId = /([^/]+)\/keys$/.exec(key)?.[1]
      if (!credentialId || credentialId === owner.credentialId) continue
      const device = await find({ ...owner, credentialId }, gone)
      if (device) found.push(device)
    }
    return found
  }

  async function destroy({ owner, store }: EarlierVault): Promise<void> {
    const prefix = prefixOf(owner)
    // First: from here on the vault is not there, and what a crash leaves is a file that nobody lists.
    await storage.delete(`${prefix}keys`)
    await store.destroy()
    known.delete(prefix)
  }

  async function create(owner: VaultOwner, keys: VaultKeys): Promise<DeviceVault> {
    const device = open(owner, keys, await makeProofKey(owner))
    await device.store.create()
    // Last: from here on the vault is there.
    await storage.set(`${prefixOf(owner)}keys`, JSON.stringify(keys))
    return device
  }

  return {
    find: awaited(find),
    earlier: awaited(earlier),
    destroy: awaited(destroy),
    create: awaited(create),
    proofKey: awaited(makeProofKey),
  }
}

/** The same work, awaited as storage is. */
function awaited<A extends unknown[], T>(work: (...of: A) => Promise<T>) {
  return (via: Call['step'], ...of: A) => via({ work: () => work(...of), limit: storageLimit })
}

/**
 * Stands in for a proof key that is gone. What the list says is taken at its word, to be told and deleted: without a
 * signature nothing of it is brought back.
 */
const gone: ManifestSigner = {
  sign: missing,
  verify: async () => true,
}

function missing(): never {
  throw new KeyboundError(
    'vault_key_missing',
    'Unexpected absence of the proof key of the vault, expected the one it was made with. Turn biometrics on anew.',
  )
}
