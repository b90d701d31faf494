import { createHmac, sign, randomBytes as systemRandomBytes } from 'node:crypto'
import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import { type KeyInfo, type KeyProvider, type KeyPurpose, keyAlgorithms } from '../contract.ts'
import { type Folder, openFolder } from './internal/folder.ts'
import {
  keyFileName,
  newKeyFile,
  parseKeyFileName,
  publicJwkOf,
  readKeyFile,
  type StoredKey,
} from './internal/key-file.ts'
import { createSeal, keyUnavailable, type Seal, type SealedBytes } from './internal/seal.ts'
import { publishedAhead, rotations } from './rotation.ts'

export interface FileKeysOptions {
  /** Folder of the key files; made when it is not there. Back it up together with the database. */
  readonly folder: string
  /** Opens the files; from the environment, at least 16 characters, better 32 random ones. */
  readonly secret: string
  /** Milliseconds since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
  /** Default: the system's generator. */
  readonly randomBytes?: (length: number) => Uint8Array
}

/** Seconds after which the folder is read again, for keys that another process added; far below `publishedAhead`. */
const rescanEvery = 300
/** A key without a successor is accepted without end; this is the last second of the year 9999. */
const withoutEnd: EpochSeconds = 253_402_300_799
const purposes = Object.keys(keyAlgorithms) as KeyPurpose[]
/** Files that say that the keys of these purposes were made: those of 0.1, and each purpose that came later. */
const markers: readonly (readonly [marker: string, purposes: readonly KeyPurpose[]])[] = [
  ['complete-1', purposes.filter((purpose) => purpose !== 'receipt' && purpose !== 'recovery')],
  ['complete-2', ['receipt']],
  ['complete-3', ['recovery']],
]

/**
 * The default key provider: one file a key, sealed under a secret of the environment, made at the first start and
 * never again. Any number of processes may start at once and share a folder: who is first, wins. Rotates by itself:
 * a new key is published an hour before it is used, and accepted until all that was made with it has expired.
 *
 * Rejects `configuration_invalid` (secret too short) and `key_unavailable`: wrong secret, damaged or missing file, or
 * a folder that cannot be read. Nothing is made anew in place of what is missing.
 */
export async function openFileKeys(options: FileKeysOptions): Promise<KeyProvider> {
  const { folder: path, secret, now: milliseconds = Date.now, randomBytes = systemRandomBytes } = options
  if (secret.length < 16) {
    const message =
      'Unexpected length of the key secret, expected at least 16 characters. Set a longer secret.'
    throw new KeyboundError('configuration_invalid', message)
  }
  const now = () => Math.floor(milliseconds() / 1000)
  const folder = await openFolder(path, randomBytes)
  const seal = await openSeal(folder, secret, randomBytes)
  const files: KeyFiles = { folder, seal, randomBytes }
  for (const [marker, missing] of markers) {
    if (!(await folder.names()).includes(marker)) await makeFirstKeys(files, marker, missing, now())
  }
  return createProvider(files, now, await readKeys(files))
}

interface KeyFiles {
  readonly folder: Folder
  readonly seal: Seal
  readonly randomBytes: (length: number) => Uint8Array
}

/** The folder's salt, and proof that the secret is the one it was made with. */
async function openSeal(
  folder: Folder,
  secret: string,
  randomBytes: (length: number) => Uint8Array,
): Promise<Seal> {
  const name = 'seal.json'
  const header = 'keybound-seal/1'
  const made =
    (await folder.read(name)) === undefined
      ? await createSeal(secret, randomBytes(16), randomBytes)
      : undefined
  if (made !== undefined) {
    const salt = Buffer.from(made.salt).toString('base64url')
    const file = { format: header, salt, ...made.close(new Uint8Array(0), header) }
    await folder.add(name, `${JSON.stringify(file, null, 2)}\n`)
  }
  // Read back in any case: another process may have been first.
  const stored = parseSeal((await folder.read(name)) ?? '')
  const seal = stored && (await sealFor(secret, stored.salt, made, randomBytes))
  if (stored === undefined || seal?.open(stored, header) === undefined) {
    throw keyUnavailable(
      'secret for the key files',
      'the one they were sealed under',
      'Set that secret again; the files stay as they are.',
    )
  }
  return seal
}

/** The seal of the stored salt; deriving one takes a tenth of a second, so the one just made is taken if it fits. */
async function sealFor(
  secret: string,
  salt: string,
  made: Seal | undefined,
  randomBytes: (length: number) => Uint8Array,
): Promise<Seal> {
  const bytes = Buffer.from(salt, 'base64url')
  return made !== undefined && bytes.equals(made.salt) ? made : createSeal(secret, bytes, randomBytes)
}

function parseSeal(text: string): (SealedBytes & { readonly salt: string }) | undefined {
  try {
    const { salt, nonce, sealed } = JSON.parse(text)
    return { salt: String(salt), nonce: String(nonce), sealed: String(sealed) }
  } catch {
    return undefined
  }
}

async function makeFirstKeys(
  { folder, seal, randomBytes }: KeyFiles,
  marker: string,
  missing: readonly KeyPurpose[],
  now: EpochSeconds,
): Promise<void> {
  for (const purpose of missing) {
    await folder.add(keyFileName(purpose, 1), newKeyFile(seal, purpose, 1, now, randomBytes))
  }
  // From here on a missing file is a loss, not a beginning.
  await folder.add(marker, '')
}

type KeysByPurpose = ReadonlyMap<KeyPurpose, readonly StoredKey[]>

/** Every key of the folder, oldest generation first. */
async function readKeys({ folder, seal }: KeyFiles): Promise<KeysByPurpose> {
  const keys: StoredKey[] = []
  for (const name of await folder.names()) {
    const expected = parseKeyFileName(name)
    if (expected === undefined) continue
    const text = await folder.read(name)
    // Another process just removed it, because it had expired.
    if (text === undefined) continue
    const key = readKeyFile(seal, text, expected)
    if (key === undefined) {
      throw keyUnavailable(
        `content of the key file "${name}"`,
        'what was sealed',
        'Restore it from a backup.',
      )
    }
    keys.push(key)
  }
  keys.sort((a, b) => a.generation - b.generation)
  const byPurpose = Map.groupBy(keys, ({ purpose }) => purpose)
  for (const purpose of purposes) {
    if (byPurpose.has(purpose)) continue
    throw keyUnavailable(
      `absence of every key for "${purpose}"`,
      'the files that were made at the first start',
      'Restore them from a backup.',
    )
  }
  return byPurpose
}

/** What the provider works from between two looks at the folder. */
interface Ring {
  readonly infos: ReadonlyMap<KeyPurpose, readonly KeyInfo[]>
  readonly keys: ReadonlyMap<string, StoredKey>
  readonly readAt: EpochSeconds
}

function createProvider(files: KeyFiles, now: () => EpochSeconds, first: KeysByPurpose): KeyProvider {
  let ring = ringOf(first, now())
  let rereading: Promise<Ring> | undefined

  async function reread(): Promise<Ring> {
    try {
      await rotate(files, await readKeys(files), now())
      ring = ringOf(await readKeys(files), now())
      return ring
    } catch (error) {
      // The keys at hand serve until another process could be using one that was published since.
      if (now() - ring.readAt < publishedAhead - rescanEvery) return ring
      throw error
    } finally {
      rereading = undefined
    }
  }

  function keyOf(kid: string): StoredKey {
    const stored = ring.keys.get(kid)
    if (stored !== undefined) return stored
    throw keyUnavailable('key id', 'one that is listed', 'List the keys of the purpose again.')
  }

  return {
    list(purpose) {
      // Rotation looks at the clock here and nowhere else, so that the provider needs no timer.
      const age = now() - ring.readAt
      if (age >= 0 && age < rescanEvery) return ring.infos.get(purpose) ?? []
      rereading ??= reread()
      return rereading.then(({ infos }) => infos.get(purpose) ?? [])
    },
    sign: (kid, bytes) => sign('sha256', bytes, { key: keyOf(kid).key, dsaEncoding: 'ieee-p1363' }),
    mac: (kid, bytes) => createHmac('sha256', keyOf(kid).key).update(bytes).digest(),
  }
}

function ringOf(byPurpose: KeysByPurpose, readAt: EpochSeconds): Ring {
  const infos = new Map<KeyPurpose, readonly KeyInfo[]>()
  const keys = new Map<string, StoredKey>()
  for (const [purpose, stored] of byPurpose) {
    const accepted = stored.filter((_, index) => acceptUntil(stored, index) > readAt)
    infos.set(purpose, accepted.map((key) => infoOf(key, acceptUntil(stored, stored.indexOf(key)))).reverse())
    for (const key of accepted) keys.set(key.kid, key)
  }
  return { infos, keys, readAt }
}

function infoOf({ kid, purpose, activeFrom, key }: StoredKey, until: EpochSeconds): KeyInfo {
  const algorithm = keyAlgorithms[purpose]
  const info = { kid, purpose, algorithm, activeFrom, acceptUntil: until }
  return algorithm === 'ES256' ? { ...info, publicKey: publicJwkOf(key) } : info
}

/** Until all that was made before the successor took over has expired. */
function acceptUntil(stored: readonly StoredKey[], index: number): EpochSeconds {
  const key = stored[index]
  const successor = stored[index + 1]
  return key === undefined || successor === undefined
    ? withoutEnd
    : successor.activeFrom + rotations[key.purpose].lifetime
}

/** Adds the successors that are due, and removes files that nothing needs any more. */
async function rotate(files: KeyFiles, byPurpose: KeysByPurpose, now: EpochSeconds): Promise<void> {
  const { folder, seal, randomBytes } = files
  for (const [purpose, stored] of byPurpose) {
    const newest = stored.at(-1)
    const { every } = rotations[purpose]
    if (newest !== undefined && every !== null && newest.activeFrom + every - publishedAhead <= now) {
      const generation = newest.generation + 1
      const text = newKeyFile(seal, purpose, generation, now + publishedAhead, randomBytes)
      await folder.add(keyFileName(purpose, generation), text)
    }
    for (const [index, { generation }] of stored.entries()) {
      if (acceptUntil(stored, index) <= now) await folder.remove(keyFileName(purpose, generation))
    }
  }
}
