import { type CborMap, decodeCborAt } from '@keybound/protocol/encoding'
import { AttestationError, refusing } from '../errors.ts'

/** The flags byte (WebAuthn L3 §6.1). Reserved bits are ignored. */
export interface AuthenticatorFlags {
  /** UP */
  readonly userPresent: boolean
  /** UV */
  readonly userVerified: boolean
  /** BE */
  readonly backupEligible: boolean
  /** BS */
  readonly backedUp: boolean
}

/** Attested credential data (WebAuthn L3 §6.5.1). */
export interface AttestedCredential {
  /** 16 bytes. */
  readonly aaguid: Uint8Array
  /** 1 to 1,023 bytes. */
  readonly credentialId: Uint8Array
  /** The COSE_Key as it stands in the data. */
  readonly publicKey: Uint8Array
  /** The same, decoded but not judged. */
  readonly coseKey: CborMap
}

/** Authenticator data, every byte accounted for. Byte strings are views on the input. */
export interface AuthenticatorData {
  /** SHA-256 of the relying party id. */
  readonly rpIdHash: Uint8Array
  readonly flags: AuthenticatorFlags
  /** 0 to 2^32 - 1; 0 where the authenticator does not count. */
  readonly signCount: number
  /** There exactly when the AT flag is set. */
  readonly attestedCredential: AttestedCredential | undefined
  /** Authenticator extension outputs, there exactly when the ED flag is set. Unsolicited ones are normal. */
  readonly extensions: CborMap | undefined
}

const flag = {
  userPresent: 1,
  userVerified: 4,
  backupEligible: 8,
  backedUp: 16,
  attested: 64,
  extensions: 128,
}

const fixedLength = 37
const maxCredentialIdLength = 1023

/**
 * Reads authenticator data (WebAuthn L3 §6.1): 32 bytes hash, flags, counter, then attested credential data and
 * extensions exactly as the flags say, and nothing after.
 *
 * Refuses with `authenticator_data_malformed`, or `credential_id_invalid` when the id is empty or above 1,023 bytes.
 */
export function parseAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < fixedLength) throw malformed(`${bytes.length} bytes`, `at least ${fixedLength}`)
  const bits = bytes[32] as number
  let at = fixedLength
  let attestedCredential: AttestedCredential | undefined
  if (bits & flag.attested) {
    const attested = readAttestedCredential(bytes, at)
    attestedCredential = attested.credential
    at = attested.end
  }
  let extensions: CborMap | undefined
  if (bits & flag.extensions) {
    const output = readMap(bytes, at, 'extension outputs')
    extensions = output.map
    at = output.end
  }
  if (at !== bytes.length) throw malformed(`${bytes.length - at} bytes at the end`, 'none')
  return {
    rpIdHash: bytes.subarray(0, 32),
    flags: {
      userPresent: (bits & flag.userPresent) !== 0,
      userVerified: (bits & flag.userVerified) !== 0,
      backupEligible: (bits & flag.backupEligible) !== 0,
      backedUp: (bits & flag.backedUp) !== 0,
    },
    signCount: readUint32(bytes, 33),
    attestedCredential,
    extensions,
  }
}

function readAttestedCredential(
  bytes: Uint8Array,
  at: number,
): { readonly credential: AttestedCredential; readonly end: number } {
  const idStart = at + 18
  if (bytes.length < idStart) throw malformed('end in attested credential data', 'AAGUID and length')
  const idLength = ((bytes[at + 16] as number) << 8) | (bytes[at + 17] as number)
  // WebAuthn L3 §7.1 step 25
  if (idLength === 0 || idLength > maxCredentialIdLength) {
    throw new AttestationError(
      'credential_id_invalid',
      'WebAuthn L3 §7.1 step 25',
      `Unexpected credential id of ${idLength} bytes, expected 1 to ${maxCredentialIdLength}.`,
    )
  }
  const keyStart = idStart + idLength
  if (bytes.length < keyStart) throw malformed('end in credential id', `${idLength} bytes`)
  const { map, end } = readMap(bytes, keyStart, 'credential public key')
  return {
    credential: {
      aaguid: bytes.subarray(at, at + 16),
      credentialId: bytes.subarray(idStart, keyStart),
      publicKey: bytes.subarray(keyStart, end),
      coseKey: map,
    },
    end,
  }
}

function readMap(
  bytes: Uint8Array,
  at: number,
  what: string,
): { readonly map: CborMap; readonly end: number } {
  const { value, end } = refusing('authenticator_data_malformed', 'WebAuthn L3 §6.1', () =>
    decodeCborAt(bytes, at),
  )
  if (!(value instanceof Map)) throw malformed(what, 'a CBOR map')
  return { map: value, end }
}

/** Unsigned: a counter above 2^31 is a high one, not a negative one. */
function readUint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
  return ((high << 16) | low) >>> 0
}

function malformed(what: string, expected: string): AttestationError {
  return new AttestationError(
    'authenticator_data_malformed',
    'WebAuthn L3 §6.1',
    `Unexpected ${what} in authenticator data, expected ${expected}. Send the bytes the authenticator gave.`,
  )
}
