import { AttestationError } from '@keybound/attestation'
import { isAtLeast } from '../evidence/levels.ts'
import type { EvidenceRules } from '../evidence/verdict.ts'
import type { EvidenceVerdict } from '../store/evidence-contract.ts'
import { judgeAndroidPhone } from './judge-android.ts'
import { judgeIphone } from './judge-iphone.ts'
import { lowestPhoneLevel, type PhoneEvidence } from './phone-policy.ts'

/**
 * Judges what a phone proves of its three keys: the highest level among those the policy allows. Refuses with one of
 * `evidenceCodes` or `attestation_status_unavailable`; with several reasons, with that of the lowest level.
 */
export async function judgePhone(evidence: PhoneEvidence, rules: EvidenceRules): Promise<EvidenceVerdict> {
  const { device } = evidence
  const verdict = await (device.platform === 'android'
    ? judgeAndroidPhone({ ...evidence, device }, rules)
    : judgeIphone({ ...evidence, device }, rules))
  const lowest = lowestPhoneLevel(rules.registration)
  if (isAtLeast(verdict.level, lowest)) return verdict
  throw new AttestationError(
    'attestation_required',
    'docs/devices.md, levels',
    `Unexpected level ${verdict.level} of a phone, expected at least ${lowest}. Use a device that proves more.`,
  )
}
