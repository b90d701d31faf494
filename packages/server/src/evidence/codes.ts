/** Codes with which evidence is refused, on arrival or later: what a policy may suspend a credential for. */
export const evidenceCodes = [
  'attestation_object_malformed',
  'attestation_format_unsupported',
  'attestation_statement_invalid',
  'attestation_untrusted',
  'attestation_required',
  'attestation_revoked',
  'attestation_chain_invalid',
  'attestation_chain_expired',
  'attestation_provisioning_refused',
  'attestation_challenge_mismatch',
  'attestation_version_refused',
  'certificate_malformed',
  'key_description_malformed',
  'key_description_misplaced',
  'key_security_level_insufficient',
  'boot_state_refused',
  'patch_level_insufficient',
  'key_origin_refused',
  'key_purpose_mismatch',
  'key_type_mismatch',
  'key_authorization_insufficient',
  'app_identity_mismatch',
  'credential_protection_missing',
] as const

export type EvidenceCode = (typeof evidenceCodes)[number]
