import type { CborMap, CborValue } from '@keybound/protocol/encoding'
import type { CryptoPort } from '../../crypto/port.ts'
import { AttestationError } from '../../errors.ts'
import type { AttestedCredential, AuthenticatorData } from '../authenticator-data.ts'
import type { CredentialKey } from '../internal/cose-signature.ts'
import type { AttestationType } from '../types.ts'

/** What every verification procedure is given (WebAuthn L3 §6.5.4). */
export interface StatementInput {
  readonly statement: CborMap
  readonly authenticatorData: AuthenticatorData
  readonly attested: AttestedCredential
  readonly credentialKey: CredentialKey
  /** authenticatorData ‖ clientDataHash, what most formats sign. */
  readonly signedData: Uint8Array
  readonly clientDataHash: Uint8Array
  readonly crypto: CryptoPort
}

/** What a verification procedure answers: the type, and the certificates to be led to a trust anchor, leaf first. */
export interface StatementVerdict {
  readonly type: AttestationType
  readonly trustPath: readonly Uint8Array[]
}

export type StatementVerifier = (input: StatementInput) => StatementVerdict | Promise<StatementVerdict>

/** A refusal of a statement: code `attestation_statement_invalid`. */
export function invalidStatement(rule: string, message: string): AttestationError {
  return new AttestationError('attestation_statement_invalid', rule, message)
}

/** Refuses members the format does not define. */
export function requireMembers(statement: CborMap, allowed: readonly string[], rule: string): void {
  for (const name of statement.keys()) {
    if (typeof name === 'string' && allowed.includes(name)) continue
    throw invalidStatement(
      rule,
      `Unexpected member ${String(name).slice(0, 32)}, expected ${allowed.join(', ')}.`,
    )
  }
}

/** The bytes of a member. */
export function bytesOf(statement: CborMap, name: string, rule: string): Uint8Array {
  const value: CborValue | undefined = statement.get(name)
  if (!(value instanceof Uint8Array)) throw invalidStatement(rule, `Unexpected ${name}, expected bytes.`)
  return value
}
