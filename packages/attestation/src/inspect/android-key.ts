import type { AssuranceLevel } from '@keybound/protocol'
import { defaultCrypto } from '#default-crypto'
import {
  type KeyDescription,
  keyDescriptionOid,
  parseKeyDescription,
} from '../android/key-description/key-description.ts'
import type { AndroidKeyAttestationOptions, AndroidKeyJudgement } from '../android/types.ts'
import { judgeAndroidKeyAttestation } from '../android/verify.ts'
import { AttestationError } from '../errors.ts'
import { type AndroidKeyPolicy, androidPolicies } from '../policy/android.ts'
import type { Certificate } from '../x509/index.ts'
import { chainSection, keySections, levelsSection, refusalReason } from './internal/android-sections.ts'
import { readAll } from './internal/chain-tree.ts'
import { createdAt } from './internal/key-words.ts'
import { FindingBook, node, refusalOf } from './internal/nodes.ts'
import { printable } from './internal/text.ts'
import type { Inspection, InspectOptions } from './types.ts'

/** Judges a chain of Android certificates to the end and draws it as a tree. Throws nothing for what was sent. */
export async function inspectAndroidKey(
  chain: readonly Uint8Array[],
  options: InspectOptions,
): Promise<Inspection> {
  const { level = 'W' } = options
  const certificates = readAll(chain)
  const description = descriptionOf(certificates[0])
  const question = await questionOf(chain, description, options)
  const judgements = await judgeAll(question, options)
  const judgement = judgements[level]
  const challengeAsked = options.challenge !== undefined || options.clientData !== undefined
  // Without an expectation the challenge was compared with itself, which is no finding.
  const findings = judgement.findings.filter(({ rule }) => challengeAsked || rule !== 'challenge')
  const book = new FindingBook(findings)
  const { issuedAt } = question
  const drawing = { certificates, judgement, description, book, options, issuedAt, challengeAsked }
  const sections = [
    chainSection(drawing),
    ...keySections(drawing),
    levelsSection(
      levels.map((name) => [name, judgements[name]]),
      judgement,
    ),
  ]
  const rest = book.rest()
  return {
    kind: 'androidKey',
    title: 'Android key attestation',
    passed: judgement.passed,
    summary: printable(summaryOf(judgement, level), 'reason'),
    refusal: judgement.error && refusalOf(judgement.error),
    notAsked: notAskedOf(challengeAsked, options),
    sections: rest.length === 0 ? sections : [...sections, node('Further rules', '', { children: rest })],
    findings,
  }
}

type Question = Omit<AndroidKeyAttestationOptions, 'policy'>

async function questionOf(
  chain: readonly Uint8Array[],
  description: KeyDescription | undefined,
  options: InspectOptions,
): Promise<Question> {
  const { now, crypto = defaultCrypto, roots, status, testOnly = false, role = 'signing' } = options
  const { challenge, clientData } = options
  const expected = challenge ?? (clientData && (await crypto.sha256(clientData)))
  const issuedAt = options.issuedAt === 'created' ? description && createdAt(description) : options.issuedAt
  return {
    chain,
    challenge: expected ?? description?.attestationChallenge ?? new Uint8Array(0),
    role,
    trust: { testOnly, ...(roots && { roots }), ...(status && { status, statusFetchedAt: now }) },
    issuedAt: issuedAt ?? now,
    now,
    crypto,
  }
}

/** The key description of a leaf, if it has one that can be read: if not, judging says why. */
export function descriptionOf(leaf: Certificate | undefined): KeyDescription | undefined {
  const extension = leaf?.extensions.get(keyDescriptionOid)
  try {
    return extension && parseKeyDescription(extension.value)
  } catch (cause) {
    if (cause instanceof AttestationError) return undefined
    throw cause
  }
}

const levels: readonly AssuranceLevel[] = ['W', 'L1', 'L2', 'R']

async function judgeAll(
  question: Question,
  options: InspectOptions,
): Promise<Readonly<Record<AssuranceLevel, AndroidKeyJudgement>>> {
  const judge = (level: AssuranceLevel) =>
    judgeAndroidKeyAttestation({ ...question, policy: inspectionPolicy(level, options) })
  return { W: await judge('W'), L1: await judge('L1'), L2: await judge('L2'), R: await judge('R') }
}

/** The policy of a level as inspection asks it: what nobody said what to expect of is not judged. */
export function inspectionPolicy(
  level: AssuranceLevel,
  { androidApps, role, status }: InspectOptions,
): AndroidKeyPolicy {
  return {
    ...androidPolicies[level],
    applications: androidApps ?? 'any',
    keyUse: role === undefined ? 'any' : 'role',
    revocation: status === undefined ? 'ifGiven' : 'required',
  }
}

function notAskedOf(challengeAsked: boolean, { androidApps, status }: InspectOptions): readonly string[] {
  const missing = [
    challengeAsked ? '' : 'challenge',
    androidApps === undefined ? 'app' : '',
    status === undefined ? 'revocation' : '',
  ]
  return missing.filter(Boolean)
}

const homes = {
  software: 'software',
  tee: 'a trusted execution environment',
  strongbox: 'StrongBox',
} as const

function summaryOf(judgement: AndroidKeyJudgement, level: AssuranceLevel): string {
  const { passed, attestation } = judgement
  if (!passed || attestation === undefined) return `${refusalReason(judgement).why}.`.replace(/\.\.$/, '.')
  const test = attestation.testOnly ? ' Its root is for tests: nothing real may be trusted to it.' : ''
  return `A genuine key in ${homes[attestation.securityLevel]}, as level ${level} asks.${test}`
}
