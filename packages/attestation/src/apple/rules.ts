import type { Rule } from '../policy/ledger.ts'

/**
 * The rules of App Attest in the order they are judged. Sources are the numbered steps of Apple's "Validating apps
 * that connect to your server"; where Apple gives no number, the section is named.
 */
export const attestationRules = {
  certificateCount: {
    name: 'certificate_count',
    source: 'Apple attestation step 1',
    code: 'attestation_chain_invalid',
  },
  issuer: { name: 'issuer', source: 'Apple attestation step 1', code: 'attestation_chain_invalid' },
  issuerIsCa: {
    name: 'issuer_is_ca',
    source: 'Apple attestation step 1; RFC 5280 §6.1.4 (k) to (n)',
    code: 'attestation_chain_invalid',
  },
  leafNotCa: {
    name: 'leaf_not_ca',
    source: 'Apple attestation step 1; RFC 5280 §4.2.1.9',
    code: 'attestation_chain_invalid',
  },
  leafKey: { name: 'leaf_key', source: 'Apple attestation step 5', code: 'attestation_chain_invalid' },
  criticalExtensions: {
    name: 'critical_extensions',
    source: 'RFC 5280 §4.2',
    code: 'attestation_chain_invalid',
  },
  root: { name: 'root', source: 'Apple attestation step 1', code: 'attestation_untrusted' },
  leafSignature: {
    name: 'leaf_signature',
    source: 'Apple attestation step 1',
    code: 'attestation_chain_invalid',
  },
  dates: { name: 'dates', source: 'Apple attestation step 1', code: 'attestation_chain_expired' },
  nonce: { name: 'nonce', source: 'Apple attestation steps 2 to 4', code: 'app_attest_nonce_mismatch' },
  keyId: { name: 'key_id', source: 'Apple attestation step 5', code: 'app_attest_key_mismatch' },
  app: { name: 'app', source: 'Apple attestation step 6', code: 'app_identity_mismatch' },
  counter: { name: 'counter', source: 'Apple attestation step 7', code: 'app_attest_counter_invalid' },
  environment: {
    name: 'environment',
    source: 'Apple attestation step 8',
    code: 'app_attest_environment_forbidden',
  },
  credentialId: {
    name: 'credential_id',
    source: 'Apple attestation step 9',
    code: 'app_attest_key_mismatch',
  },
  credentialKey: {
    name: 'credential_key',
    source: 'WebAuthn L3 §6.5.1, as for format apple',
    code: 'app_attest_key_mismatch',
  },
  macAccessControl: {
    name: 'mac_access_control',
    source: 'Apple, access control on macOS',
    code: 'app_attest_mac_not_secured',
  },
} as const satisfies Record<string, Rule>

/** The rules about the running app, common to attestations and assertions of iOS 27 and macOS 27. */
export const launchRules = {
  present: {
    name: 'launch_claims',
    source: 'Apple, launch validation',
    code: 'app_attest_build_forbidden',
  },
  category: {
    name: 'validation_category',
    source: 'Apple, launch validation',
    code: 'app_attest_build_forbidden',
  },
  unchanged: {
    name: 'validation_category_unchanged',
    source: 'Apple, launch validation',
    code: 'app_attest_build_forbidden',
  },
  version: {
    name: 'bundle_version',
    source: 'Apple, launch validation',
    code: 'app_attest_build_forbidden',
  },
} as const satisfies Record<string, Rule>

/** The rules of assertions, in the order they are judged. */
export const assertionRules = {
  signature: {
    name: 'signature',
    source: 'Apple assertion steps 1 to 3',
    code: 'signature_invalid',
  },
  app: { name: 'app', source: 'Apple assertion step 4', code: 'app_identity_mismatch' },
  counter: { name: 'counter', source: 'Apple assertion step 5', code: 'app_attest_counter_invalid' },
} as const satisfies Record<string, Rule>
