import type { AssuranceLevel } from '@keybound/protocol'
import { decodeBase64Url } from '@keybound/protocol/encoding'
import { defaultCrypto } from '#default-crypto'
import type { AppAttestation } from '../apple/types.ts'
import { verifyAppAttestation } from '../apple/verify-attestation.ts'
import type { CryptoPort } from '../crypto/port.ts'
import { concatBytes } from '../der/writer.ts'
import { AttestationError } from '../errors.ts'
import { androidPolicies } from '../policy/android.ts'
import { parseAttestationObject } from '../webauthn/attestation-object.ts'
import { statementFormats } from '../webauthn/statements/index.ts'
import { androidTrustOf } from '../webauthn/trust/assess.ts'
import { levelRank } from '../webauthn/trust/judge-statement.ts'
import type { RegistrationPolicy, VerifiedEvidence } from '../webauthn/types.ts'
import { verifyRegistrationEvidence } from '../webauthn/verify-registration-evidence.ts'
import { statusListOf } from './status-snapshot.ts'
import type {
  CarriedEvidence,
  JudgedEvidence,
  JudgeReceiptEvidenceOptions,
  ReceiptTrust,
  VerifiedReceipt,
} from './types.ts'

/**
 * Judges what a receipt carries of its key, by roots of your own trust and without the server's word: that the key was
 * attested at the level the server told, when it was registered. What still is that server's word: when that was, and
 * what the status list said, unless you give a list.
 *
 * Refuses with `AttestationError`: `attestation_required` a receipt without evidence, and evidence that proves less than
 * was asked; else the codes of `verifyRegistrationEvidence`, of Android key attestation and of `verifyAppAttestation`.
 *
 * @param receipt What `verifyReceipt` gave: the evidence is of the key that signed.
 */
export async function judgeReceiptEvidence(
  receipt: VerifiedReceipt,
  options: JudgeReceiptEvidenceOptions,
): Promise<JudgedEvidence> {
  const { evidence, credential } = receipt
  if (evidence === null)
    throw required('receipt without evidence', 'one that carries what its key was registered with')
  const { level: asked = credential.level, crypto = defaultCrypto } = options
  const question = { receipt, evidence, options, crypto }
  const verified = await verifyStatement(question, policyOf(asked, evidence, options))
  const app = await verifyApp(question)
  const level = app === null ? verified.level : levelOfIphone(verified, asked)
  if (levelRank[level] < levelRank[asked])
    throw required(`evidence for level ${level}`, `evidence for ${asked}`)
  const { format, attestationType, android = null } = verified
  const testOnly = verified.testOnly || app?.testOnly === true
  return { level, format, attestationType, testOnly, android, app, status: android && statusOf(question) }
}

/**
 * App Attest is the strongest proof that an iPhone can give, so it proves `L2`, and `R` as well: which of the two a server
 * calls it is that server's policy. A key that may leave its device has neither level.
 */
function levelOfIphone({ backupEligible }: VerifiedEvidence, asked: AssuranceLevel): AssuranceLevel {
  if (backupEligible) return 'W'
  return asked === 'R' ? 'R' : 'L2'
}

interface Question {
  readonly receipt: VerifiedReceipt
  readonly evidence: CarriedEvidence
  readonly options: JudgeReceiptEvidenceOptions
  readonly crypto: CryptoPort
}

function verifyStatement(question: Question, policy: RegistrationPolicy): Promise<VerifiedEvidence> {
  const { receipt, evidence, options, crypto } = question
  const { attestationObject, clientDataHash, origin, algorithms } = evidence
  const credentialId = decodeBase64Url(receipt.credential.id)
  return verifyRegistrationEvidence({
    evidence: { credentialId, attestationObject, clientDataHash, origin },
    expected: { rpId: receipt.rpId, algorithms, userVerification: 'required' },
    policy,
    trust: trustWithStatus(options.trust, evidence),
    ...timesOf(question),
    crypto,
  })
}

/**
 * As a server asks, with two exceptions: any app will do, because the verdict names it; and no status list is demanded,
 * because the verdict says whether there was one.
 */
function policyOf(
  level: AssuranceLevel,
  { appAttest }: CarriedEvidence,
  { rules = {} }: JudgeReceiptEvidenceOptions,
): RegistrationPolicy {
  // App Attest speaks for the app, and the app for its keys: the statement beside it is the key's own.
  if (appAttest !== null) return { formats: ['packed'] }
  const { compound = 'all' } = rules
  if (level === 'W') return { formats: statementFormats, attestation: 'any', compound }
  const policy = {
    ...androidPolicies[level],
    applications: 'any',
    revocation: 'ifGiven',
    ...rules.android,
  } as const
  return { formats: statementFormats, attestation: 'trusted', level, compound, android: { policy, level } }
}

/** Your list where you gave one, else the excerpt that the server signed. */
function trustWithStatus(trust: ReceiptTrust, { status }: CarriedEvidence): ReceiptTrust {
  const android = androidTrustOf(trust)
  if (android.status !== undefined || status === null) return { ...trust, android }
  const age = status.fetchedAt === null ? {} : { statusFetchedAt: dateOf(status.fetchedAt) }
  return { ...trust, android: { ...android, status: statusListOf(status), ...age } }
}

function statusOf({ options, evidence: { status } }: Question): JudgedEvidence['status'] {
  const { status: yours, statusFetchedAt } = options.trust.android ?? {}
  if (yours === undefined) return status && { from: 'receipt', fetchedAt: status.fetchedAt }
  const fetchedAt = statusFetchedAt === undefined ? null : Math.floor(statusFetchedAt.getTime() / 1000)
  return { from: 'verifier', fetchedAt }
}

/** What the attested app passed on: the authenticator data, which hold the key, and the client data (docs/devices.md). */
async function verifyApp({
  evidence,
  options,
  crypto,
  ...question
}: Question): Promise<AppAttestation | null> {
  const { appAttest, clientDataHash, origin } = evidence
  if (appAttest === null) return null
  const { authenticatorData } = parseAttestationObject(evidence.attestationObject)
  return verifyAppAttestation({
    attestationObject: appAttest.attestationObject,
    keyId: appAttest.keyId,
    clientDataHash: await crypto.sha256(concatBytes([authenticatorData, clientDataHash])),
    app: appOf(origin),
    policy: options.rules?.ios ?? {},
    trust: options.trust.apple ?? {},
    ...timesOf({ evidence, ...question }),
    crypto,
  })
}

/** The clocks of two processes of a server may differ by minutes, so the later one is the time of judging. */
function timesOf({
  evidence: { issuedAt },
  receipt: { approvedAt },
}: Pick<Question, 'evidence' | 'receipt'>) {
  return { issuedAt: dateOf(issuedAt), now: dateOf(Math.max(issuedAt, approvedAt)) }
}

const iosOrigin = /^ios:bundle-id:([A-Z0-9]{10})\.([A-Za-z0-9.-]{1,155})$/

/** The app that the origin of the ceremony names: App Attest must speak of that one and of no other. */
function appOf(origin: string) {
  const [, teamId, bundleId] = iosOrigin.exec(origin) ?? []
  if (teamId !== undefined && bundleId !== undefined) return { teamId, bundleId }
  throw new AttestationError(
    'app_identity_mismatch',
    'Apple App Attest, step 6',
    'Unexpected origin beside App Attest, expected that of an app on iOS. Do not rely on this evidence.',
  )
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000)
}

function required(found: string, expected: string): AttestationError {
  const message = `Unexpected ${found}, expected ${expected}. Take the level for the server's word.`
  return new AttestationError('attestation_required', 'docs/transactions.md, receipts', message)
}
