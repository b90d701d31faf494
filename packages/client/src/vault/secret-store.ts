import { type Base64Url, encodeBase64Url, KeyboundError } from '@keybound/protocol'
import { corrupted, otherAccount, rolledBack, swapped, wrongKey } from './failures.ts'
import type { Frame } from './frame.ts'
import { sameBytes } from './frame.ts'
import {
  type Manifest,
  type ManifestEntry,
  type ManifestSigner,
  readManifest,
  writeManifest,
} from './manifest.ts'
import { type Escrow, openSecret, readSealedSecret, type SecretHeader, sealSecret } from './sealed-secret.ts'
import type { KeyHandle, Sealing, WrappedKey } from './sealing.ts'

/** Small and large files of the vault, each written whole or not at all. Rejects `storage_failed`. */
export interface VaultFiles {
  readonly get: (key: string) => Promise<Uint8Array | undefined>
  readonly set: (key: string, file: Uint8Array) => Promise<void>
  readonly delete: (key: string) => Promise<void>
}

/** What a platform gives for the files of vaults. */
export interface StorePlatform extends Sealing {
  readonly files: VaultFiles
  /** Runs work while nothing else of this name runs, in any tab or process of the app. */
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
}

/** Which vault, and its keys. */
export interface StoredVault {
  readonly owner: { readonly server: string; readonly account: string }
  /** Begins the names of everything that belongs to it. */
  readonly prefix: string
  /**
   * The sealing keys, of which only the public halves are looked at. Without them nothing can be sealed, and what lies
   * there is held against its signed list alone.
   */
  readonly keys: Readonly<Record<ManifestEntry['ask'], { readonly publicKey: Base64Url }>> | undefined
  /** Signs the manifest. */
  readonly proof: ManifestSigner
}

/** The secrets of one account on one device, as files. */
export interface SecretStore {
  /** Begins an empty vault, also over an empty one: `vault_corrupted` where one with secrets is there. */
  readonly create: () => Promise<void>
  /** The verified manifest. */
  readonly manifest: () => Promise<Manifest>
  /**
   * Seals and keeps a secret, in place of an older one of its name, and answers how it is listed. `contact` notes that
   * the server was heard of. Nothing happens, and the answer is `undefined`, where `over` is not what is listed.
   */
  readonly set: (name: string, plaintext: Uint8Array, how?: SetOptions) => Promise<ManifestEntry | undefined>
  /**
   * Refuses with `secret_unknown` and a code for each kind of damage. `released` is its data key wrapped to `opened`, where
   * it was sealed to another key.
   */
  readonly get: (name: string, opened: KeyHandle, released?: WrappedKey) => Promise<Uint8Array>
  /** Its file, found to be the listed one. Refuses as `get`. */
  readonly read: (name: string) => Promise<Frame<SecretHeader>>
  /** Nothing happens when there is none. */
  readonly delete: (name: string) => Promise<unknown>
  /** The names of the files that a manifest lists. */
  readonly filesOf: (manifest: Manifest) => readonly string[]
}

/** How a secret is kept. */
export interface SetOptions {
  readonly ask?: ManifestEntry['ask']
  readonly recovery?: ManifestEntry['recovery']
  /** With `escrow`: how. The recovery key is kept for the secrets to come. */
  readonly escrow?: Escrow | undefined
  /** When the server was heard of, in seconds since the Unix epoch. Default: what the manifest says already. */
  readonly contact?: number
  /**
   * The hash of the one that it may replace, or `null` when there may be none, looked at when nothing else changes the vault.
   * Not the version, which begins anew after a deletion. Default: whatever is there.
   */
  readonly over?: Base64Url | null | undefined
}

const utf8 = new TextEncoder()

/** Makes the store. It remembers the newest state it saw, so that an older one cannot be put back under it. */
export function createSecretStore(
  platform: StorePlatform,
  { owner: { server, account }, prefix, keys, proof }: StoredVault,
): SecretStore {
  const { files, exclusive } = platform
  let last: { readonly file: Uint8Array; readonly manifest: Manifest } | undefined

  const idOf = async (bytes: Uint8Array) => encodeBase64Url(await platform.sha256(bytes))
  const publicKey = (ask: ManifestEntry['ask']) => keys?.[ask].publicKey ?? ''
  const keyId = (ask: ManifestEntry['ask']) => idOf(utf8.encode(publicKey(ask)))
  const keyIds = () => Promise.all([keyId('unlock'), keyId('everyTime')])
  const manifestFile = `${prefix}manifest`
  const secretFile = (hash: Base64Url) => `${prefix}secret/${hash}`
  const filesOf = ({ secrets }: Manifest) => Object.values(secrets).map(({ hash }) => secretFile(hash))

  async function fileOf(key: string): Promise<Uint8Array> {
    const file = await files.get(key)
    if (!file) throw corrupted({ cause: new Error('unexpected absence') })
    return file
  }

  async function load(): Promise<Manifest> {
    const file = await fileOf(manifestFile)
    // The very bytes that were verified or written before.
    if (last && sameBytes(file, last.file)) return last.manifest
    const manifest = await readManifest(proof, file)
    requireOwner(manifest)
    if (keys && manifest.keys.join() !== (await keyIds()).join()) throw wrongKey()
    if (last && manifest.epoch < last.manifest.epoch) throw rolledBack()
    last = { file, manifest }
    return manifest
  }

  async function save(manifest: Manifest): Promise<void> {
    const file = await writeManifest(proof, manifest)
    await files.set(manifestFile, file)
    last = { file, manifest }
  }

  /** Only the manifest says which files count, so a crash leaves the state before or after, and a stray file at most. */
  function change(make: (manifest: Manifest) => Promise<Manifest | undefined>): Promise<void> {
    return exclusive(prefix, async () => {
      const before = await load()
      const after = await make({ ...before, epoch: before.epoch + 1 })
      if (!after) return
      await save(after)
      const kept = filesOf(after)
      for (const file of filesOf(before)) {
        // What was replaced on purpose; failing to tidy up loses nothing.
        if (!kept.includes(file)) await files.delete(file).catch(() => {})
      }
    })
  }

  function requireOwner(header: { readonly account: string; readonly server: string }): void {
    if (header.account !== account || header.server !== server) throw otherAccount()
  }

  /** What lies under a name must be what the manifest lists; each way in which it is not has its code. */
  async function read(name: string): Promise<Frame<SecretHeader>> {
    const { ask, hash, version } = requireEntry(await load(), name)
    const frame = readSealedSecret(await fileOf(secretFile(hash)))
    const { header, covered } = frame
    requireOwner(header)
    if (header.wrap !== platform.wrap || (keys && header.key !== (await keyId(ask)))) throw wrongKey()
    if (header.name !== name) throw swapped()
    if (header.version !== version) throw rolledBack()
    if ((await idOf(covered)) !== hash) throw corrupted()
    return frame
  }

  return {
    create: () =>
      exclusive(prefix, async () => {
        const file = await files.get(manifestFile)
        // An empty one was begun and cut off: with nothing in it nothing is lost.
        if (file && filesOf(await readManifest(proof, file)).length)
          throw corrupted({ cause: new Error('unexpected vault') })
        await save({ account, contact: 0, epoch: 0, keys: await keyIds(), secrets: {}, server })
      }),
    manifest: () => exclusive(prefix, load),
    async set(name, plaintext, { ask = 'unlock', recovery, escrow, contact, over } = {}) {
      let entry: ManifestEntry | undefined
      await change(async (manifest) => {
        const before = entryOf(manifest, name)
        if (over !== undefined && over !== (before?.hash ?? null)) return undefined
        const version = (before?.version ?? 0) + 1
        const place = { account, epoch: manifest.epoch, key: await keyId(ask), name, server, version }
        const { file, header } = await sealSecret(platform, publicKey(ask), place, plaintext, escrow)
        const hash = await idOf(header)
        await files.set(secretFile(hash), file)
        entry = { ask, hash, recovery, version }
        return {
          ...manifest,
          contact: contact ?? manifest.contact,
          escrow: escrow?.recoveryKey ?? manifest.escrow,
          secrets: {
            ...manifest.secrets,
            [name]: entry,
          },
        }
      })
      return entry
    },
    get: (name, opened, released) =>
      exclusive(prefix, async () => openSecret(platform, opened, await read(name), released)),
    read: (name) => exclusive(prefix, () => read(name)),
    filesOf,
    delete: (name) =>
      change(async (manifest) => {
        const { [name]: _, ...secrets } = manifest.secrets
        return { ...manifest, secrets }
      }),
  }
}

/** What a manifest says of a secret. */
export function entryOf({ secrets }: Manifest, name: string): ManifestEntry | undefined {
  return Object.hasOwn(secrets, name) ? secrets[name] : undefined
}

/** The same, or `secret_unknown`. */
export function requireEntry(manifest: Manifest, name: string): ManifestEntry {
  const found = entryOf(manifest, name)
  if (found) return found
  throw new KeyboundError(
    'secret_unknown',
    `Unexpected name ${name}, expected one of a stored secret. Set it first.`,
  )
}
