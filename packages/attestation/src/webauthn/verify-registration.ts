import type { AuthenticatorTransport } from '@keybound/protocol'
import { defaultCrypto } from '#default-crypto'
import { parseClientData } from './client-data.ts'
import { checkClientData, registrationSteps } from './internal/ceremony.ts'
import { readRegistrationResponse } from './internal/response.ts'
import type { VerifiedRegistration, VerifyRegistrationOptions } from './types.ts'
import { verifyRegistrationEvidence } from './verify-registration-evidence.ts'

/**
 * Verifies a registration (WebAuthn L3 §7.1). Nothing is written: consume the challenge, refuse an id that any account
 * holds (step 26) and store the credential in one transaction.
 *
 * Refuses with `AttestationError`: `response_malformed`, `credential_id_invalid`, `client_data_malformed`,
 * `client_data_type_mismatch`, `challenge_mismatch`, `origin_mismatch`, `cross_origin_forbidden`,
 * `attestation_object_malformed`, `authenticator_data_malformed`, `rp_id_mismatch`, `user_presence_missing`,
 * `user_verification_missing`, `backup_state_invalid`, `algorithm_not_allowed`, `public_key_invalid`,
 * `attestation_format_unsupported`, `attestation_statement_invalid`, `attestation_untrusted`, `attestation_required`.
 */
export async function verifyRegistration(options: VerifyRegistrationOptions): Promise<VerifiedRegistration> {
  const { expected, crypto = defaultCrypto } = options
  const response = readRegistrationResponse(options.response)

  // §7.1 steps 5 to 11
  const clientData = parseClientData(response.clientData)
  checkClientData(clientData, 'webauthn.create', expected, registrationSteps)

  // §7.1 step 12, then 13 to 24
  const { credentialId, attestationObject } = response
  const clientDataHash = await crypto.sha256(response.clientData)
  const evidence = { credentialId, attestationObject, clientDataHash, origin: clientData.origin }
  const verified = await verifyRegistrationEvidence({ ...options, evidence, crypto })

  const transports = response.transports as readonly AuthenticatorTransport[]
  return { ...verified, transports, topOrigin: clientData.topOrigin }
}
