import type { Base64Url, EscrowedKeyJSON, RecoveryPublicKeyAnswer } from '@keybound/protocol'
import { base64Url, matching, shape, text, whole } from '../read.ts'
import { corrupted, wrongKey } from './failures.ts'
import { type Frame, frameHeader, joinFrame, readFrame } from './frame.ts'
import type { KeyHandle, Sealing, WrappedKey } from './sealing.ts'

/** Format and version of a sealed secret. */
export const secretMagic = 'kbv1'

/** Where a secret belongs. Everything of it is authenticated with the secret. */
export interface SecretPlace {
  readonly account: string
  /** State of the vault that the secret came with. */
  readonly epoch: number
  /** Id of the sealing key: SHA-256 of its public half. */
  readonly key: Base64Url
  readonly name: string
  /** The server's address. */
  readonly server: string
  /** Counts the values of this name. */
  readonly version: number
}

/** How the data key of a secret is wrapped a second time. */
export interface Escrow {
  readonly recoveryKey: RecoveryPublicKeyAnswer
  readonly wrap: (dataKey: KeyHandle) => Promise<EscrowedKeyJSON>
}

/** First line of a sealed secret. Members in the order of RFC 8785. */
export interface SecretHeader {
  readonly account: string
  readonly epk: Base64Url
  readonly epoch: number
  /** The data key once more, wrapped to the recovery key `kid`. */
  readonly escrow?: EscrowedKeyJSON | undefined
  readonly key: Base64Url
  readonly name: string
  readonly server: string
  readonly version: number
  readonly wrap: string
  readonly wrapped: Base64Url
}

const readHeader = shape<SecretHeader>({
  account: text,
  epk: base64Url,
  epoch: whole,
  // Looked into only where it is used: by the server.
  escrow: (value) => value as EscrowedKeyJSON | undefined,
  key: matching(/^[\w-]{43,}$/),
  name: text,
  server: text,
  version: whole,
  wrap: text,
  wrapped: base64Url,
})

/**
 * Seals a secret under a fresh data key. No prompt: the public half of the sealing key is enough. With `escrow` the
 * data key is wrapped a second time.
 */
export async function sealSecret(
  sealing: Sealing,
  publicKey: Base64Url,
  place: SecretPlace,
  plaintext: Uint8Array,
  escrow?: Escrow,
): Promise<{ readonly file: Uint8Array; readonly header: Uint8Array }> {
  const dataKey = await sealing.newDataKey()
  const wrapped = await sealing.wrapKey(publicKey, dataKey)
  const escrowed = await escrow?.wrap(dataKey)
  // Read, for its members in their order.
  const header = readHeader({ ...place, ...wrapped, escrow: escrowed, wrap: sealing.wrap }, 'header')
  const covered = frameHeader(secretMagic, header)
  const payload = await sealing.seal(dataKey, plaintext, covered)
  sealing.close?.(dataKey)
  return { file: joinFrame(covered, ...payload), header: covered }
}

/** Reads the first line. Refuses with `vault_format_newer` and `vault_corrupted`. */
export function readSealedSecret(file: Uint8Array): Frame<SecretHeader> {
  return readFrame(secretMagic, file, readHeader)
}

/**
 * Opens a sealed secret, whose data key may have been wrapped anew. Refuses with `vault_wrong_key` when its data key is not for this sealing key, and with
 * `vault_corrupted` when its bytes are not the sealed ones.
 */
export async function openSecret(
  sealing: Sealing,
  opened: KeyHandle,
  { header, covered, payload }: Frame<SecretHeader>,
  wrapped: WrappedKey = header,
): Promise<Uint8Array> {
  const dataKey = await sealing.unwrapKey(opened, wrapped).catch((cause: unknown) => {
    throw wrongKey({ cause })
  })
  try {
    return await sealing.open(dataKey, payload, covered)
  } catch (cause) {
    throw corrupted({ cause })
  } finally {
    sealing.close?.(dataKey)
  }
}
