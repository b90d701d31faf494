import type { AssuranceLevel } from '@keybound/protocol'
import type { CborMap } from '@keybound/protocol/encoding'
import { AttestationError } from '../../errors.ts'
import { statementVerifiers } from '../statements/index.ts'
import { invalidStatement, type StatementInput, type StatementVerdict } from '../statements/statement.ts'
import type { RegistrationPolicy } from '../types.ts'

const defaultFormats = ['none', 'packed']

/** §7.1 steps 21 and 22: a known and allowed format, and a statement that is right by its rules. */
export function verifyStatement(
  format: string,
  statement: CborMap | readonly unknown[],
  policy: RegistrationPolicy,
  input: Omit<StatementInput, 'statement'>,
): StatementVerdict | Promise<StatementVerdict> {
  const { formats = defaultFormats } = policy
  const verify = formats.includes(format) ? statementVerifiers.get(format) : undefined
  if (verify === undefined) {
    throw new AttestationError(
      'attestation_format_unsupported',
      'WebAuthn L3 §7.1 step 21',
      `Unexpected format ${JSON.stringify(format.slice(0, 32))}, expected one of ${formats.join(', ')}.`,
    )
  }
  if (!(statement instanceof Map)) {
    throw invalidStatement('WebAuthn L3 §6.5.4', 'Unexpected array as attestation statement, expected a map.')
  }
  return verify({ ...input, statement })
}

/** §7.1 steps 23 and 24: what the statement is worth under the policy. */
export function assessTrust(verdict: StatementVerdict, policy: RegistrationPolicy): AssuranceLevel {
  if (policy.attestation === 'trusted') {
    throw new AttestationError(
      'attestation_required',
      'WebAuthn L3 §7.1 step 24',
      `Unexpected attestation of type ${verdict.type}, expected certificates that lead to a trust anchor.`,
    )
  }
  return 'W'
}
