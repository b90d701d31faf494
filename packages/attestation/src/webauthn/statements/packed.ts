import { AttestationError } from '../../errors.ts'
import { verifyWithCredentialKey } from '../internal/cose-signature.ts'
import {
  bytesOf,
  invalidStatement,
  requireMembers,
  type StatementInput,
  type StatementVerdict,
} from './statement.ts'

const rule = 'WebAuthn L3 §8.2'

/** Packed attestation (WebAuthn L3 §8.2): by a certified attestation key, or by the credential's own. */
export function verifyPacked(input: StatementInput): Promise<StatementVerdict> {
  requireMembers(input.statement, ['alg', 'sig', 'x5c'], rule)
  // An empty x5c is a broken certified statement, not a self attestation.
  if (input.statement.has('x5c')) {
    throw new AttestationError(
      'attestation_format_unsupported',
      rule,
      'Unexpected x5c, expected self attestation.',
    )
  }
  return verifySelf(input)
}

async function verifySelf(input: StatementInput): Promise<StatementVerdict> {
  const { statement, credentialKey, signedData, crypto } = input
  if (statement.get('alg') !== credentialKey.cose.algorithm) {
    throw invalidStatement(
      rule,
      `Unexpected alg, expected ${credentialKey.cose.algorithm} as in the credential key.`,
    )
  }
  const signature = bytesOf(statement, 'sig', rule)
  if (!(await verifyWithCredentialKey(crypto, credentialKey, signature, signedData))) {
    throw invalidStatement(
      rule,
      'Unexpected signature, expected one by the credential key over this response.',
    )
  }
  return { type: 'self', trustPath: [] }
}
