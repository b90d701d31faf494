import { type CborMap, type CborValue, decodeCbor } from '@keybound/protocol/encoding'
import { refusing } from '../errors.ts'
import { type AppAuthenticatorData, readAttestedData } from './authenticator-data.ts'
import { malformedAppAttest } from './internal/malformed.ts'

/** A decoded App Attest attestation object. Byte strings are views on the input; nothing in it is verified yet. */
export interface AppAttestationObject {
  /** DER certificates as they were sent: the credential certificate first, then its issuer. */
  readonly x5c: readonly Uint8Array[]
  /** Apple's receipt (CMS), opaque here. */
  readonly receipt: Uint8Array
  /** The authenticator data as it was certified, bit for bit. */
  readonly authDataBytes: Uint8Array
  readonly authData: AppAuthenticatorData
}

/** Genuine objects have 5 to 8 KiB; more than this is not looked at. */
const mostBytes = 32_768
const rule = 'Apple App Attest, attestation object'

/**
 * Decodes an App Attest attestation object: one CBOR map of `fmt`, `attStmt` and `authData`, each once, nothing else
 * and nothing after. How many certificates there are is judged later, with the chain.
 *
 * Refuses with `app_attest_malformed`.
 */
export function readAppAttestationObject(bytes: Uint8Array): AppAttestationObject {
  const object = readMap(bytes, ['fmt', 'attStmt', 'authData'])
  if (object.get('fmt') !== 'apple-appattest') {
    throw malformedAppAttest(
      rule,
      `Unexpected fmt ${describe(object.get('fmt'))}, expected "apple-appattest".`,
    )
  }
  const statement = requireMap(object.get('attStmt'), 'attStmt', ['x5c', 'receipt'])
  const authDataBytes = requireBytes(object.get('authData'), 'authData')
  return {
    x5c: requireCertificates(statement.get('x5c')),
    receipt: requireReceipt(statement.get('receipt')),
    authDataBytes,
    authData: readAttestedData(authDataBytes),
  }
}

/** A decoded App Attest assertion. */
export interface AppAssertionObject {
  /** ECDSA signature, DER. */
  readonly signature: Uint8Array
  readonly authenticatorData: Uint8Array
}

/**
 * Decodes an App Attest assertion: one CBOR map of `signature` and `authenticatorData` and nothing after it.
 * Refuses with `app_attest_malformed`.
 */
export function readAppAssertionObject(bytes: Uint8Array): AppAssertionObject {
  const object = readMap(bytes, ['signature', 'authenticatorData'])
  return {
    signature: requireBytes(object.get('signature'), 'signature'),
    authenticatorData: requireBytes(object.get('authenticatorData'), 'authenticatorData'),
  }
}

function readMap(bytes: Uint8Array, names: readonly string[]): CborMap {
  const value = refusing('app_attest_malformed', rule, () =>
    decodeCbor(bytes, { maxBytes: mostBytes, maxDepth: 3 }),
  )
  return requireMap(value, 'the object', names)
}

/** A map with exactly these members: what is not read could hide something that another reader does read. */
function requireMap(value: CborValue | undefined, what: string, names: readonly string[]): CborMap {
  if (!(value instanceof Map)) throw malformedAppAttest(rule, `Unexpected type of ${what}, expected a map.`)
  const map: CborMap = value
  if (map.size !== names.length || names.some((name) => !map.has(name))) {
    throw malformedAppAttest(rule, `Unexpected members of ${what}, expected exactly ${names.join(', ')}.`)
  }
  return map
}

function requireBytes(value: CborValue | undefined, what: string): Uint8Array {
  if (!(value instanceof Uint8Array))
    throw malformedAppAttest(rule, `Unexpected type of ${what}, expected a byte string.`)
  return value
}

function requireCertificates(value: CborValue | undefined): readonly Uint8Array[] {
  if (!Array.isArray(value) || value.some((item) => !(item instanceof Uint8Array))) {
    throw malformedAppAttest(rule, 'Unexpected type of x5c, expected an array of byte strings.')
  }
  return value as readonly Uint8Array[]
}

/** A missing receipt rejects; later checks of the device's risk start from it. */
function requireReceipt(value: CborValue | undefined): Uint8Array {
  const receipt = requireBytes(value, 'receipt')
  if (receipt.length === 0)
    throw malformedAppAttest(rule, 'Unexpected empty receipt, expected the receipt Apple made.')
  return receipt
}

function describe(value: CborValue | undefined): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : `of type ${typeof value}`
}
