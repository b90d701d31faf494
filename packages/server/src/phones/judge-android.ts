import {
  type AndroidKeyAttestation,
  type AndroidKeyPolicy,
  type AndroidTrust,
  AttestationError,
  androidPolicies,
  googleRoots,
  verifyAndroidKeyAttestation,
  verifyRegistrationEvidence,
} from '@keybound/attestation'
import { isAtLeast } from '../evidence/levels.ts'
import { androidFindings, type EvidenceRules, questionOf, verdictOf } from '../evidence/verdict.ts'
import type { ServerTrust } from '../options.ts'
import type { PhoneLevel } from '../policy/apps.ts'
import type { AndroidEvidence, DeviceEvidence, EvidenceVerdict } from '../store/evidence-contract.ts'
import { lowestPhoneLevel, type PhoneEvidence, requireUnprovenAllowed } from './phone-policy.ts'
import { formatOf, verifyUnproven } from './unproven.ts'

type AndroidPhone = PhoneEvidence<DeviceEvidence & { readonly platform: 'android' }>

const fromHighest: readonly PhoneLevel[] = ['R', 'L2', 'L1']

/** Judges the chains of all three keys by the rules of the highest level first. */
export async function judgeAndroidPhone(
  evidence: AndroidPhone,
  rules: EvidenceRules,
): Promise<EvidenceVerdict> {
  if (formatOf(evidence) !== 'android-key') {
    requireUnprovenAllowed(rules)
    return verifyUnproven(evidence, rules)
  }
  const lowest = lowestPhoneLevel(rules.registration)
  let refusal: unknown
  for (const level of fromHighest.filter((candidate) => isAtLeast(candidate, lowest))) {
    try {
      return await judgeAtLevel(evidence, level, rules)
    } catch (error) {
      if (!(error instanceof AttestationError)) throw error
      refusal = error
    }
  }
  throw refusal
}

async function judgeAtLevel(
  evidence: AndroidPhone,
  level: PhoneLevel,
  rules: EvidenceRules,
): Promise<EvidenceVerdict> {
  const { android: applications, androidRules } = rules.registration.apps
  const policy: AndroidKeyPolicy = { ...androidPolicies[level], ...androidRules, applications }
  const question = questionOf(evidence, rules)
  const verified = await verifyRegistrationEvidence({
    ...question,
    policy: { formats: ['android-key'], attestation: 'trusted', android: { policy, level } },
  })
  const { issuedAt, now } = question
  const others = { policy: ofOtherKeys(policy), trust: androidTrust(rules.trust), issuedAt, now }
  const sealing = await verifyAndroidKeyAttestation({
    ...chainOf(evidence.device.sealing),
    role: 'sealing',
    ...others,
  })
  const proof = await verifyAndroidKeyAttestation({
    ...chainOf(evidence.device.proof),
    role: 'proof',
    ...others,
  })
  for (const other of [sealing, proof]) requireSameApp(verified.android, other)
  const verdict = verdictOf(verified)
  const findings = { sealing: androidFindings(sealing), proof: androidFindings(proof) }
  return { ...verdict, device: { development: false, ...findings, app: null } }
}

function chainOf({ chain, challenge }: AndroidEvidence) {
  return {
    chain: chain.map((certificate) => Buffer.from(certificate, 'base64url')),
    challenge: Buffer.from(challenge, 'base64url'),
  }
}

/** StrongBox is slow and holds few keys, so it is asked of the key that signs; the others stay in the TEE. */
function ofOtherKeys(policy: AndroidKeyPolicy): AndroidKeyPolicy {
  return policy.securityLevel === 'strongbox' ? { ...policy, securityLevel: 'tee' } : policy
}

/** The trust that the statement of the signing key is judged by. */
function androidTrust({ android, roots, testOnly = false }: ServerTrust): AndroidTrust {
  return android ?? { roots: [...googleRoots, ...roots], testOnly }
}

/** One app made all three keys: a genuine chain of another app of the policy is not enough. */
function requireSameApp(signing: AndroidKeyAttestation | undefined, other: AndroidKeyAttestation): void {
  const nameOf = ({ application: { packages, signerDigests } }: AndroidKeyAttestation) =>
    `${packages.map(({ name }) => name).join()} ${signerDigests.join()}`
  if (signing !== undefined && nameOf(signing) === nameOf(other)) return
  throw new AttestationError(
    'app_identity_mismatch',
    'Android key attestation, AttestationApplicationId',
    `Unexpected app of the ${other.role} key, expected that of the signing key. Make all keys in one app.`,
  )
}
