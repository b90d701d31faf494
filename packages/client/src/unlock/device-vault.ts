import type { Call } from '../calls/calls.ts'
import { storageLimit } from '../device/device-records.ts'
import type { ManifestSigner, SigningKey, VaultKeys, VaultOwner } from '../platform-vault.ts'
import { base64Url, readStored, shape } from '../read.ts'
import type { KeyPlatform } from '../tokens/key-platform.ts'
import { corrupted, keyMissing } from '../vault/failures.ts'
import { createSecretStore, type SecretStore, type StoredVault } from '../vault/secret-store.ts'

/** The vault of an earlier credential on this device. */
export interface EarlierVault extends StoredVault {
  readonly owner: VaultOwner
  /** None where what lies there cannot be read. */
  readonly keys: VaultKeys | undefined
  /** Signs the list of its secrets; a stand-in where `unregister` deleted even this key. */
  readonly proof: ManifestSigner
  readonly store: SecretStore
}

/** The vault of one credential on this device. */
export interface DeviceVault extends EarlierVault {
  readonly keys: VaultKeys
  readonly proof: SigningKey
}

/** The vaults of this device. Each is kept once read, so that it knows the newest state it saw. */
export interface DeviceVaults {
  readonly find: {
    /** `undefined` where there is none. Rejects `vault_key_missing` when its proof key is gone. */
    (via: Call['step'], credential: VaultCredential): Promise<DeviceVault | undefined>
    /** The same with what stands in for a proof key that is gone. */
    (
      via: Call['step'],
      credential: VaultCredential,
      standIn: ManifestSigner,
    ): Promise<EarlierVault | undefined>
  }
  /** Begins an empty vault with new keys. */
  readonly create: (via: Call['step'], credential: VaultCredential, keys: VaultKeys) => Promise<DeviceVault>
  /** The proof key of a vault that is to be, so that it can be named before the touch. */
  readonly proofKey: (via: Call['step'], credential: VaultCredential) => Promise<SigningKey>
}

/** A credential at the client's server. */
export type VaultCredential = Omit<VaultOwner, 'server'>

const sealingKey = shape({ publicKey: base64Url, sealed: base64Url })
const readKeys = shape<VaultKeys>({ unlock: sealingKey, everyTime: sealingKey })

/** Begins the names of everything that belongs to a vault. */
function prefixOf({ server, account, credentialId }: VaultOwner): string {
  return `keybound/1/vault/${server}/${encodeURIComponent(account)}/${credentialId}/`
}

/** Makes them. */
export function createDeviceVaults(server: string, { vault, storage }: KeyPlatform): DeviceVaults {
  const known = new Map<string, EarlierVault>()

  function open<K extends VaultKeys | undefined, P extends ManifestSigner>(
    prefix: string,
    owner: VaultOwner,
    keys: K,
    proof: P,
  ) {
    const found = { owner, prefix, keys, proof }
    return { ...found, store: createSecretStore(vault, found) }
  }

  async function proofOf<S extends ManifestSigner = never>(
    owner: VaultOwner,
    make: boolean,
    standIn?: S,
  ): Promise<SigningKey | S> {
    const proof = (await vault.proofKey(`${prefixOf(owner)}proof`, owner, make)) ?? standIn
    if (!proof) throw keyMissing()
    return proof
  }

  const makeProofKey = (owner: VaultOwner) => proofOf(owner, true)

  async function find(owner: VaultOwner, standIn?: ManifestSigner): Promise<EarlierVault | undefined> {
    const prefix = prefixOf(owner)
    const kept = await storage.get(`${prefix}keys`)
    if (kept === undefined) return undefined
    const proof = await proofOf(owner, false, standIn)
    const keys = readStored(readKeys, kept)
    // What is only read has no use for them.
    if (!keys && !standIn) throw corrupted()
    const device = known.get(prefix) ?? open(prefix, owner, keys, proof)
    known.set(prefix, device)
    return device
  }

  async function create(owner: VaultOwner, keys: VaultKeys): Promise<DeviceVault> {
    const prefix = prefixOf(owner)
    const name = `${prefix}keys`
    const device = open(prefix, owner, keys, await makeProofKey(owner))
    await vault.exclusive(name, async () => {
      if (await storage.get(name)) throw corrupted()
      await device.store.create()
      // Last: from here on the vault is there.
      await storage.set(name, JSON.stringify(keys))
    })
    known.set(prefix, device)
    return device
  }

  /** The same work for a credential, awaited as storage is. */
  function awaited<A extends unknown[], T>(work: (owner: VaultOwner, ...of: A) => Promise<T>) {
    return (via: Call['step'], { account, credentialId }: VaultCredential, ...of: A) =>
      via(() => work({ server, account, credentialId }, ...of), storageLimit)
  }

  return {
    find: awaited(find) as DeviceVaults['find'],
    create: awaited(create),
    proofKey: awaited(makeProofKey),
  }
}
