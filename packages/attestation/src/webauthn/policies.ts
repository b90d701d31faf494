import type { AssuranceLevel } from '@keybound/protocol'
import { androidPolicies } from '../policy/android.ts'
import type { RegistrationPolicy, StatementFormat } from './types.ts'

const certified: readonly StatementFormat[] = [
  'packed',
  'tpm',
  'apple',
  'fido-u2f',
  'android-key',
  'compound',
]

/**
 * What a registration must bring for each assurance level. Where phones of your own app take part, fill in the
 * `applications` of `android.policy`, which refuse every app before.
 *
 * - `W`: anything that keeps the rules.
 * - `L1`: a key that stays in the hardware of a maker whose root is trusted; what unlocks it is the maker's choice.
 * - `L2`: the same, and nothing but a biometric unlocks it: by FIDO metadata, or by Android key attestation.
 * - `R`: Android key attestation in StrongBox; no other statement shows as much.
 */
export const registrationPolicies: Readonly<Record<AssuranceLevel, RegistrationPolicy>> = {
  W: {},
  L1: trusted('L1', certified),
  L2: trusted('L2', certified),
  R: trusted('R', ['android-key']),
}

function trusted(level: AssuranceLevel, formats: readonly StatementFormat[]): RegistrationPolicy {
  return { level, formats, attestation: 'trusted', android: { policy: androidPolicies[level], level } }
}
