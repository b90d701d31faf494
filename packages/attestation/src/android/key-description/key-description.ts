import { DerReader } from '../../der/reader.ts'
import { readUint } from '../../der/values.ts'
import { refusing } from '../../errors.ts'
import { type AuthorizationList, readAuthorizationList } from './authorization-list.ts'
import { readOctets, readSecurityLevel, type SecurityLevel } from './values.ts'

/** Object identifier of the Android key attestation extension. */
export const keyDescriptionOid = '1.3.6.1.4.1.11129.2.1.17'

/** The attestation extension (KeyMint AIDL `KeyCreationResult`, KeyDescription): what the hardware says of a key. */
export interface KeyDescription {
  /** 1 to 4: Keymaster 2, 3, 4, 4.1. 100, 200, …: KeyMint 1, 2, … */
  readonly attestationVersion: number
  /** Where the code lives that made this description. */
  readonly attestationSecurityLevel: SecurityLevel
  /** Another number space than the attestation version: attestation 3 goes with Keymaster 4 or 41. */
  readonly keyMintVersion: number
  /** Where the key lives. */
  readonly keyMintSecurityLevel: SecurityLevel
  readonly attestationChallenge: Uint8Array
  readonly uniqueId: Uint8Array
  /** Said by the Android system: worth as much as the system that was started. */
  readonly softwareEnforced: AuthorizationList
  /** Said and enforced by the secure hardware. */
  readonly hardwareEnforced: AuthorizationList
}

/**
 * Reads the contents of the attestation extension, synchronously; nothing in it is verified by this.
 * Tolerates what genuine devices write (unordered tags, TRUE as 01, patch levels that are none) and refuses with
 * `key_description_malformed` what would be ambiguous: unknown or repeated tags, numbers not in their shortest form,
 * trailing bytes, more or fewer than eight members.
 */
export function parseKeyDescription(extension: Uint8Array): KeyDescription {
  return refusing('key_description_malformed', 'KeyMint AIDL, KeyCreationResult', () => {
    const reader = new DerReader(extension)
    const sequence = reader.enter()
    reader.end()
    const description: KeyDescription = {
      attestationVersion: readUint(sequence),
      attestationSecurityLevel: readSecurityLevel(sequence),
      keyMintVersion: readUint(sequence),
      keyMintSecurityLevel: readSecurityLevel(sequence),
      attestationChallenge: readOctets(sequence),
      uniqueId: readOctets(sequence),
      softwareEnforced: readAuthorizationList(sequence),
      hardwareEnforced: readAuthorizationList(sequence),
    }
    sequence.end()
    return description
  })
}
