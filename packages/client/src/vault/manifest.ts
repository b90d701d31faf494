import type { Base64Url, RecoveryPublicKeyAnswer } from '@keybound/protocol'
import { listOf, matching, oneOf, optional, type Reader, shape, text, whole } from '../read.ts'
import { corrupted } from './failures.ts'
import { frameHeader, joinFrame, readFrame } from './frame.ts'
import { secretName } from './secret-name.ts'

/** Format and version of a manifest. */
export const manifestMagic = 'kbm1'

/** What the vault knows of one secret without opening it. */
export interface ManifestEntry {
  /** `everyTime`: sealed to the key that is opened for one reading only. */
  readonly ask: 'unlock' | 'everyTime'
  /** SHA-256 of the first line of the sealed secret, which holds its wrapped data key: it fixes the whole. */
  readonly hash: Base64Url
  /** `resync`: the app gets it anew from where it came; `escrow`: the server helps. `none` or left out: nothing
   * brings it back. */
  readonly recovery?: 'resync' | 'escrow' | 'none' | undefined
  readonly version: number
}

/** The list of all secrets of a vault. Sealing with a public key proves no origin; the signature over this does. */
export interface Manifest {
  readonly account: string
  /** When the server was last heard of with the vault open, seconds since the Unix epoch; 0 for never. */
  readonly contact: number
  /** Rises with every change. */
  readonly epoch: number
  /** Recovery key of the account, once a secret was wrapped to it: signed here, so that nobody puts another in its place. */
  readonly escrow?: RecoveryPublicKeyAnswer | undefined
  /** Ids of the sealing keys: that of `unlock`, that of `everyTime`. */
  readonly keys: readonly Base64Url[]
  readonly secrets: Readonly<Record<string, ManifestEntry>>
  readonly server: string
}

/** Signs and verifies with the proof key of the vault's account. */
export interface ManifestSigner {
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
  readonly verify: (bytes: Uint8Array, signature: Uint8Array) => Promise<boolean>
}

const entry = shape<ManifestEntry>({
  ask: oneOf('unlock', 'everyTime'),
  hash: matching(/^[\w-]{43,}$/),
  recovery: optional(oneOf('resync' as const, 'escrow' as const, 'none' as const)),
  version: whole,
})

/** Names in the order of RFC 8785, which for their alphabet is that of their bytes. */
const secrets: Reader<Manifest['secrets']> = (value, at) => {
  const found = value as Readonly<Record<string, unknown>>
  const names = Object.keys(found).sort()
  return Object.fromEntries(names.map((name) => [secretName(name, at), entry(found[name], at)]))
}

const readHeader = shape<Manifest>({
  account: text,
  contact: whole,
  epoch: whole,
  // Read when it came from the server, and signed since.
  escrow: (value) => value as Manifest['escrow'],
  keys: listOf(matching(/^[\w-]{43,}$/)),
  secrets,
  server: text,
})

/** The manifest as it is stored: its first line says it, the payload signs that line. */
export async function writeManifest(signer: ManifestSigner, manifest: Manifest): Promise<Uint8Array> {
  const covered = frameHeader(manifestMagic, readHeader(manifest, 'manifest'))
  return joinFrame(covered, await signer.sign(covered))
}

/** Reads and verifies. Refuses with `vault_format_newer` and `vault_corrupted`. */
export async function readManifest(signer: ManifestSigner, file: Uint8Array): Promise<Manifest> {
  const { header, covered, payload } = readFrame(manifestMagic, file, readHeader)
  if (!(await signer.verify(covered, payload))) throw corrupted({ cause: new Error('unexpected signature') })
  return header
}
