import { type CborValue, type CoseEllipticKey, decodeCborAt, parseCoseKey } from '@keybound/protocol/encoding'
import { refusing } from '../errors.ts'
import { malformedAppAttest } from './internal/malformed.ts'
import { type LaunchClaims, readLaunchClaims } from './launch-claims.ts'

/** The authenticator data of an App Attest assertion, taken apart. */
export interface AppAssertionData {
  /** SHA-256 of `TEAMID.bundle.id`. */
  readonly rpIdHash: Uint8Array
  readonly flags: number
  /** Unsigned, 0 to 4,294,967,295. */
  readonly counter: number
  /** What iOS 27 and macOS 27 say about the running app; undefined on older systems. */
  readonly launch: LaunchClaims | undefined
}

/** The authenticator data of an App Attest attestation, taken apart. */
export interface AppAuthenticatorData extends AppAssertionData {
  readonly aaguid: Uint8Array
  readonly credentialId: Uint8Array
  readonly publicKey: CoseEllipticKey
}

const rule = 'Apple App Attest, authenticator data (WebAuthn L3 §6.1)'
const headBytes = 37
const aaguidBytes = 16
/** SHA-256 of the public key, always. */
const credentialIdBytes = 32
const attestedDataFlag = 0x40
const extensionDataFlag = 0x80

/** Takes the authenticator data of an attestation apart. Refuses with `app_attest_malformed`. */
export function readAttestedData(bytes: Uint8Array): AppAuthenticatorData {
  const head = readHead(bytes)
  const idAt = headBytes + aaguidBytes + 2
  const keyAt = idAt + credentialIdBytes
  if (bytes.length <= keyAt)
    throw malformedAppAttest(rule, `Unexpected ${bytes.length} bytes, expected more than ${keyAt}.`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(headBytes + aaguidBytes)
  if (length !== credentialIdBytes) {
    throw malformedAppAttest(
      rule,
      `Unexpected credential id of ${length} bytes, expected ${credentialIdBytes}.`,
    )
  }
  const { value, end } = readItem(bytes, keyAt)
  return {
    ...head,
    aaguid: bytes.subarray(headBytes, headBytes + aaguidBytes),
    credentialId: bytes.subarray(idAt, keyAt),
    publicKey: requireP256(value),
    launch: readTail(bytes, end, head.flags),
  }
}

/**
 * Takes the authenticator data of an assertion apart. Genuine ones have the AT flag set although no attested
 * credential follows, so whatever follows the counter can only be the launch claims.
 * Refuses with `app_attest_malformed`.
 */
export function readAssertionData(bytes: Uint8Array): AppAssertionData {
  const head = readHead(bytes)
  return { ...head, launch: readTail(bytes, headBytes, head.flags) }
}

function readHead(bytes: Uint8Array): Pick<AppAssertionData, 'rpIdHash' | 'flags' | 'counter'> {
  if (bytes.length < headBytes) {
    throw malformedAppAttest(rule, `Unexpected ${bytes.length} bytes, expected at least ${headBytes}.`)
  }
  const flags = bytes[32] as number
  // Every genuine object has AT alone; ED is what WebAuthn asks for once claims follow.
  if ((flags & ~extensionDataFlag) !== attestedDataFlag) {
    throw malformedAppAttest(
      rule,
      `Unexpected flags 0x${flags.toString(16).padStart(2, '0')}, expected 0x40 or 0xc0.`,
    )
  }
  const counter = new DataView(bytes.buffer, bytes.byteOffset).getUint32(33)
  return { rpIdHash: bytes.subarray(0, 32), flags, counter }
}

/** Nothing, or exactly one CBOR map to the end, whether ED is set or not. */
function readTail(bytes: Uint8Array, at: number, flags: number): LaunchClaims | undefined {
  if (at === bytes.length) {
    if (flags & extensionDataFlag) {
      throw malformedAppAttest(rule, 'Unexpected end, expected the map that the ED flag announces.')
    }
    return undefined
  }
  const { value, end } = readItem(bytes, at)
  if (end !== bytes.length)
    throw malformedAppAttest(rule, `Unexpected ${bytes.length - end} bytes at the end, expected none.`)
  return readLaunchClaims(value)
}

function readItem(bytes: Uint8Array, at: number): { readonly value: CborValue; readonly end: number } {
  return refusing('app_attest_malformed', rule, () => decodeCborAt(bytes, at, { maxDepth: 2 }))
}

/** App Attest keys are P-256 keys for ES256, without exception. */
function requireP256(value: CborValue): CoseEllipticKey {
  const key = refusing('app_attest_malformed', rule, () => parseCoseKey(value))
  if (key.type !== 'EC2' || key.algorithm !== -7) {
    throw malformedAppAttest(
      rule,
      `Unexpected algorithm ${key.algorithm} of the credential key, expected -7 (ES256).`,
    )
  }
  return key
}
