import type { AssuranceLevel } from '@keybound/protocol'
import type { CborMap } from '@keybound/protocol/encoding'
import { AttestationError } from '../../errors.ts'
import { statementVerifiers } from '../statements/index.ts'
import { invalidStatement, type StatementInput, type StatementVerdict } from '../statements/statement.ts'
import type { AttestationType } from '../types.ts'
import { readRoots } from './roots.ts'
import { checkPath, isAnchored } from './trust-path.ts'

const defaultFormats = ['none', 'packed']

/** What a statement proved under the policy. */
export interface Judgement {
  readonly type: AttestationType
  readonly level: AssuranceLevel
}

/** WebAuthn L3 §7.1 steps 21 to 24: an allowed format, a right statement, and what it is worth. */
export async function judgeStatement(
  format: string,
  statement: CborMap | readonly unknown[],
  input: StatementInput,
): Promise<Judgement> {
  const { formats = defaultFormats } = input.options.policy ?? {}
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
  const verdict = await verify(statement, input)
  return { type: verdict.type, level: await assessTrust(verdict, input) }
}

/** §7.1 steps 23 and 24. */
async function assessTrust(verdict: StatementVerdict, input: StatementInput): Promise<AssuranceLevel> {
  const { policy = {}, trust, issuedAt } = input.options
  const { attestation = 'optional' } = policy
  if (verdict.type !== 'basic') {
    if (attestation !== 'trusted') return 'W'
    throw new AttestationError(
      'attestation_required',
      'WebAuthn L3 §7.1 step 24',
      `Unexpected attestation of type ${verdict.type}, expected certificates that lead to a trust anchor.`,
    )
  }
  await checkPath(verdict.trustPath, input.crypto)
  if (await isAnchored(verdict.trustPath, readRoots(trust), issuedAt, input.crypto))
    return trustedLevel(input)
  if (attestation === 'any' || (attestation === 'optional' && trust.roots.length === 0)) return 'W'
  throw new AttestationError(
    'attestation_untrusted',
    'WebAuthn L3 §7.1 step 24',
    'Unexpected certificates, expected them to lead to a configured root.',
  )
}

/** Proven hardware, though what verified the user may be a PIN. A key that can be copied stays a web credential. */
function trustedLevel({ authenticatorData }: StatementInput): AssuranceLevel {
  return authenticatorData.flags.backupEligible ? 'W' : 'L1'
}
