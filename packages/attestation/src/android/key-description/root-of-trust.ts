import type { DerReader } from '../../der/reader.ts'
import { readEnumerated, readLenientBoolean } from '../../der/values.ts'
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
  // Genuine devices write TRUE as 01.
  const deviceLocked = readLenientBoolean(sequence)
  const verifiedBootState = named(bootStates, readEnumerated(sequence), 'verifiedBootState')
  const verifiedBootHash = sequence.atEnd ? undefined : readOctets(sequence)
  sequence.end()
  return { verifiedBootKey, deviceLocked, verifiedBootState, verifiedBootHash }
}
