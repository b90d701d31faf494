import type { RegistrationPolicy } from '@keybound/attestation'
import type { ServerPolicy } from '../policy/policy.ts'

/** What the policy of the server asks of an attestation, in the terms of the verifier. */
export function attestationPolicy(registration: ServerPolicy['registration']): RegistrationPolicy {
  const { formats, attestation, level, compound, android, credentialProtection } = registration
  return {
    formats,
    attestation,
    level,
    compound,
    ...(android === null ? {} : { android }),
    ...(credentialProtection === null ? {} : { credentialProtection }),
  }
}
