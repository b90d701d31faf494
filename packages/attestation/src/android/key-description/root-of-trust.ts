import { malformedDer } from '../../der/malformed.ts'
import type { DerReader } from '../../der/reader.ts'
import { derTag } from '../../der/tag.ts'
import { readEnumerated } from '../../der/values.ts'
import { named, readOctets } from './values.ts'

/** What the bootloader found out about the system it started (KeyMint AIDL `KeyCreationResult`, RootOfTrust). */
export interface RootOfTrust {
  /** Hash of the key that verified the system; 32 zero bytes on unlocked devices. */
  readonly verifiedBootKey: Uint8Array
  readonly deviceLocked: boolean
  readonly verifiedBootState: VerifiedBootState
  /** Digest of everything Verified Boot protects; since attestation version 3. */
  readonly verifiedBootHash: Uint8Array | undefined
}

export type VerifiedBootState = 'verified' | 'selfSigned' | 'unverified' | 'failed'

const bootStates: readonly VerifiedBootState[] = ['verified', 'selfSigned', 'unverified', 'failed']

/** Reads RootOfTrust. */
export function readRootOfTrust(reader: DerReader): RootOfTrust {
  const sequence = reader.enter()
  const verifiedBootKey = readOctets(sequence)
  const deviceLocked = readLooseBoolean(sequence)
  const verifiedBootState = named(bootStates, readEnumerated(sequence), 'verifiedBootState')
  const verifiedBootHash = sequence.atEnd ? undefined : readOctets(sequence)
  sequence.end()
  return { verifiedBootKey, deviceLocked, verifiedBootState, verifiedBootHash }
}

/** Genuine devices write TRUE as `01`, which BER allows and DER does not: any octet but zero is true (X.690 §8.2.2). */
function readLooseBoolean(reader: DerReader): boolean {
  const contents = reader.read(derTag.boolean)
  if (contents.length !== 1) throw malformedDer('X.690 §8.2.1', 'Unexpected BOOLEAN length, expected 1.')
  return contents[0] !== 0
}
