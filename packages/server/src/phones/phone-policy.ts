import { AttestationError } from '@keybound/attestation'
import { higherOf } from '../evidence/levels.ts'
import type { EvidenceRules, UnjudgedEvidence } from '../evidence/verdict.ts'
import type { PhoneLevel } from '../policy/apps.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import type { DeviceEvidence } from '../store/evidence-contract.ts'

/** Evidence of a phone. */
export type PhoneEvidence<Device extends DeviceEvidence = DeviceEvidence> = UnjudgedEvidence & {
  readonly device: Device
}

/** What a phone must prove to be registered. */
export function lowestPhoneLevel({ level, apps }: ServerPolicy['registration']): PhoneLevel {
  return level === 'W' ? apps.level : higherOf(level, apps.level)
}

/** Refuses a phone that proves nothing, unless the policy takes it at `L1`: `attestation_required`. */
export function requireUnprovenAllowed({ registration: { apps } }: EvidenceRules): void {
  if (apps.attestation === 'optional') return
  throw new AttestationError(
    'attestation_required',
    'docs/devices.md, evidence',
    'Unexpected phone without evidence for its keys, expected key attestations or App Attest. Send what the system gives.',
  )
}
