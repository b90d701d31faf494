import type { AssuranceLevel } from '@keybound/protocol'
import type { CborMap, CborValue } from '@keybound/protocol/encoding'
import { AttestationError } from '../../errors.ts'
import { statementVerifiers } from '../statements/index.ts'
import { invalidStatement, type StatementInput } from '../statements/statement.ts'
import type { AttestationType } from '../types.ts'
import { type Assessment, assessTrust } from './assess.ts'

const defaultFormats: readonly string[] = ['none', 'packed']

/** What a statement proved under the policy. */
export interface Judgement extends Assessment {
  readonly type: AttestationType
  /** False where the format leaves AAGUID and counter unsigned. */
  readonly signsModelAndCount: boolean
}

/** WebAuthn L3 §7.1 steps 21 to 24: an allowed format, a right statement, what it is worth, and whether that is enough. */
export async function judgeStatement(
  format: string,
  statement: CborValue | undefined,
  input: StatementInput,
): Promise<Judgement> {
  requireFormat(format, input)
  const judgement = await (format === 'compound'
    ? judgeCompound(statement, input)
    : judgeSingle(format, statement, input))
  requireLevel(judgement.level, input)
  return judgement
}

function requireLevel(level: AssuranceLevel, { options }: StatementInput): void {
  const lowest = options.policy?.level ?? 'W'
  if (levelRank[level] >= levelRank[lowest]) return
  throw new AttestationError(
    'attestation_required',
    'WebAuthn L3 §7.1 step 24',
    `Unexpected level ${level}, expected at least ${lowest}. Use an authenticator that proves more, or ask for less.`,
  )
}

function requireFormat(format: string, { options }: StatementInput): void {
  const formats: readonly string[] = options.policy?.formats ?? defaultFormats
  if (formats.includes(format) && (format === 'compound' || statementVerifiers.has(format))) return
  throw new AttestationError(
    'attestation_format_unsupported',
    'WebAuthn L3 §7.1 step 21',
    `Unexpected format ${JSON.stringify(format.slice(0, 32))}, expected one of ${formats.join(', ')}.`,
  )
}

async function judgeSingle(
  format: string,
  statement: CborValue | undefined,
  input: StatementInput,
): Promise<Judgement> {
  const verify = statementVerifiers.get(format)
  if (verify === undefined || !(statement instanceof Map)) {
    throw invalidStatement('WebAuthn L3 §6.5.4', 'Unexpected attStmt, expected a map.')
  }
  const verdict = await verify(statement, input)
  const { type, subject } = verdict
  return { type, signsModelAndCount: subject !== 'unknownModel', ...(await assessTrust(verdict, input)) }
}

const compoundRule = 'WebAuthn L3 §8.9'
const mostStatements = 4

/** Compound attestation (WebAuthn L3 §8.9): two or more statements over the same data, none of them compound. */
async function judgeCompound(statements: CborValue | undefined, input: StatementInput): Promise<Judgement> {
  if (!Array.isArray(statements) || statements.length < 2 || statements.length > mostStatements) {
    throw invalidStatement(compoundRule, `Unexpected attStmt, expected 2 to ${mostStatements} statements.`)
  }
  const entries = statements.map(readEntry)
  const proven: Judgement[] = []
  let refusal: AttestationError | undefined
  for (const { format, statement } of entries) {
    try {
      requireFormat(format, input)
      proven.push(await judgeSingle(format, statement, input))
    } catch (cause) {
      if (!(cause instanceof AttestationError)) throw cause
      if (input.options.policy?.compound !== 'any') throw cause
      refusal ??= cause
    }
  }
  const [best] = proven.toSorted((a, b) => levelRank[b.level] - levelRank[a.level])
  if (best === undefined)
    throw refusal ?? invalidStatement(compoundRule, 'Unexpected statements, expected one to verify.')
  return best
}

function readEntry(entry: CborValue): { readonly format: string; readonly statement: CborMap } {
  if (!(entry instanceof Map) || entry.size !== 2) {
    throw invalidStatement(compoundRule, 'Unexpected item in compound, expected a map of fmt and attStmt.')
  }
  const format: unknown = entry.get('fmt')
  const statement: unknown = entry.get('attStmt')
  if (typeof format !== 'string' || format === 'compound' || !(statement instanceof Map)) {
    throw invalidStatement(
      compoundRule,
      'Unexpected statement in compound, expected a format other than compound.',
    )
  }
  return { format, statement }
}

/** Assurance levels from low to high. */
export const levelRank: Readonly<Record<AssuranceLevel, number>> = { W: 0, L1: 1, L2: 2, R: 3 }
