import { type CborMap, type CborValue, decodeCbor } from '@keybound/protocol/encoding'
import { AttestationError, refusing } from '../errors.ts'

/** Most bytes of an attestation object that are looked at; a chain of certificates takes 5,000. */
export const maxAttestationObjectBytes = 65_536

/** An attestation object, decoded but not judged (WebAuthn L3 §6.5.4). */
export interface AttestationObject {
  readonly format: string
  /** A map, but for `compound` an array of statements. */
  readonly statement: CborMap | readonly CborValue[]
  readonly authenticatorData: Uint8Array
}

const rule = 'WebAuthn L3 §6.5.4'

/**
 * Reads an attestation object: one strict CBOR map of exactly `fmt`, `attStmt` and `authData`. Byte strings are views
 * on the input. Refuses with `attestation_object_malformed`.
 */
export function parseAttestationObject(bytes: Uint8Array): AttestationObject {
  const map = refusing('attestation_object_malformed', rule, () =>
    decodeCbor(bytes, { maxBytes: maxAttestationObjectBytes }),
  )
  if (!(map instanceof Map) || map.size !== 3) throw malformed('CBOR item', 'a map of three members')
  const format = map.get('fmt')
  const statement = map.get('attStmt')
  const authenticatorData = map.get('authData')
  if (typeof format !== 'string') throw malformed('fmt', 'text')
  if (!(statement instanceof Map) && !Array.isArray(statement)) throw malformed('attStmt', 'a map or array')
  if (!(authenticatorData instanceof Uint8Array)) throw malformed('authData', 'bytes')
  return { format, statement: statement as AttestationObject['statement'], authenticatorData }
}

function malformed(what: string, expected: string): AttestationError {
  return new AttestationError(
    'attestation_object_malformed',
    rule,
    `Unexpected ${what} in attestation object, expected ${expected}. Send the bytes the authenticator gave.`,
  )
}
