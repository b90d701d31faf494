import type { CborMap, CborValue } from '@keybound/protocol/encoding'
import type { CryptoPort } from '../../crypto/port.ts'
import { AttestationError } from '../../errors.ts'
import type { Certificate } from '../../x509/certificate.ts'
import type { AttestedCredential, AuthenticatorData } from '../authenticator-data.ts'
import type { CredentialKey } from '../internal/cose-signature.ts'
import type { AttestationType, JudgementOptions } from '../types.ts'

/** What every verification procedure is given (WebAuthn L3 §6.5.4). */
export interface StatementInput {
  readonly authenticatorData: AuthenticatorData
  readonly attested: AttestedCredential
  readonly credentialKey: CredentialKey
  /** authenticatorData ‖ clientDataHash, what most formats sign. */
  readonly signedData: Uint8Array
  readonly clientDataHash: Uint8Array
  /** Of the client data, already found expected. */
  readonly origin: string
  /** Policy, trust and times of the registration. */
  readonly options: JudgementOptions
  readonly crypto: CryptoPort
}

/** What a verification procedure answers. */
export interface StatementVerdict {
  readonly type: AttestationType
  /** Certificates to be led to a trust anchor, leaf first; empty where the type needs none. */
  readonly trustPath: readonly Certificate[]
  /**
   * What the path speaks of when it is not simply the hardware that holds the key. `androidKey`: judged by the rules of
   * Android key attestation, which are others. `device`: the device only, so nothing is proven about the key.
   * `unknownModel`: AAGUID and counter were not signed, so they say nothing.
   */
  readonly subject?: 'androidKey' | 'device' | 'unknownModel'
}

/** The verification procedure of one format. Refuses with `attestation_statement_invalid`. */
export type StatementVerifier = (
  statement: CborMap,
  input: StatementInput,
) => StatementVerdict | Promise<StatementVerdict>

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
