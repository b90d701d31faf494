import { KeyboundError } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { storageLimit } from '../device/device-records.ts'
import type { SigningKey, VaultKeys, VaultOwner } from '../platform-vault.ts'
import { base64Url, readJson, shape } from '../read.ts'
import type { KeyPlatform } from '../tokens/proof.ts'
import { corrupted } from '../vault/frame.ts'
import { createSecretStore, type SecretStore } from '../vault/secret-store.ts'

/** The vault of one credential on this device. */
export interface DeviceVault {
  readonly owner: VaultOwner
  readonly keys: VaultKeys
  readonly proof: SigningKey
  readonly store: SecretStore
}

/** The vaults of this device. Each is kept once read, so that it knows the newest state it saw. */
export interface DeviceVaults {
  /** `undefined` where there is none. Rejects `vault_key_missing` when its proof key is gone. */
  readonly find: (via: Call['step'], owner: VaultOwner) => Promise<DeviceVault | undefined>
  /** Those of the account's earlier credentials on this device, which no key opens any more. */
  readonly earlier: (via: Call['step'], owner: VaultOwner) => Promise<readonly DeviceVault[]>
  /** Deletes a vault with all that is in it. */
  readonly destroy: (via: Call['step'], device: DeviceVault) => Promise<void>
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
  const known = new Map<string, DeviceVault>()

  function open(owner: VaultOwner, keys: VaultKeys, proof: SigningKey): DeviceVault {
    const prefix = prefixOf(owner)
    const publicKeys = { unlock: keys.unlock.publicKey, everyTime: keys.everyTime.publicKey }
    const { files, exclusive } = vault
    const parts = { sealing: vault, signer: proof, files, exclusive, prefix, publicKeys, ...owner }
    const device = { owner, keys, proof, store: createSecretStore(parts) }
    known.set(prefix, device)
    return device
  }

  async function makeProofKey(owner: VaultOwner): Promise<SigningKey> {
    return (await vault.proofKey(`${prefixOf(owner)}proof`, owner, true)) ?? missing()
  }

  async function find(owner: VaultOwner): Promise<DeviceVault | undefined> {
    const prefix = prefixOf(owner)
    const kept = await storage.get(`${prefix}keys`)
    if (kept === undefined) return undefined
    const proof = (await vault.proofKey(`${prefix}proof`, owner, false)) ?? missing()
    return known.get(prefix) ?? open(owner, parseKeys(kept), proof)
  }

  async function earlier(owner: VaultOwner): Promise<readonly DeviceVault[]> {
    const own = prefixOf(owner)
    const found: DeviceVault[] = []
    for (const key of await storage.keys(own.slice(0, -owner.credentialId.length - 1))) {
      const credentialId = key.split('/').at(-2) ?? ''
      const device = key.endsWith('/keys') && key !== `${own}keys` && (await find({ ...owner, credentialId }))
      if (device) found.push(device)
    }
    return found
  }

  async function destroy({ owner, store }: DeviceVault): Promise<void> {
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

  const limit = storageLimit
  return {
    find: (via, owner) => via({ work: () => find(owner), limit }),
    earlier: (via, owner) => via({ work: () => earlier(owner), limit }),
    destroy: (via, device) => via({ work: () => destroy(device), limit }),
    create: (via, owner, keys) => via({ work: () => create(owner, keys), limit }),
    proofKey: (via, owner) => via({ work: () => makeProofKey(owner), limit }),
  }
}

function parseKeys(kept: string): VaultKeys {
  try {
    return readKeys(readJson(kept), 'keys')
  } catch (cause) {
    throw corrupted(cause)
  }
}

function missing(): never {
  throw new KeyboundError(
    'vault_key_missing',
    'Unexpected absence of the proof key, expected the one the vault was made with. Turn biometrics on anew.',
  )
}
