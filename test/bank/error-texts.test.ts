import type { ErrorCode } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'
import { describe, expect, test } from 'vitest'
import { de } from '../../apps/bank/app/texts/de.ts'
import { en } from '../../apps/bank/app/texts/en.ts'
import { type Failure, textOf } from '../../apps/bank/app/texts/error-text.ts'

/** Codes that the bank has no words of its own for, by why it needs none. */
const wordless: Readonly<Record<string, string>> = {
  'told to who runs a server, when it starts':
    'configuration_invalid demo_not_loopback key_unavailable store_marked_demo store_marked_production store_schema_changed store_schema_newer',
  'told to who makes accounts': 'password_unacceptable username_unacceptable username_taken',
  'the client or the screen goes on by itself':
    'aborted dpop_nonce_required session_key_not_allowed step_up_required transaction_settled refresh_token_expired refresh_token_invalid refresh_token_key_mismatch refresh_token_replayed refresh_token_revoked refresh_token_superseded access_token_expired',
  'the session is over, which closes the gate and is said there':
    'access_token_revoked not_signed_in session_required',
  'a receipt that is told to be false': 'receipt_malformed receipt_signature_invalid receipt_untrusted',
  'the payment is not taken, before it is shown':
    'statement_value_unacceptable transaction_open_limit_reached transaction_type_unknown',
  'of a part that the bank does not use':
    'app_attest_mac_not_secured attestation_status_unavailable credential_expired credential_protection_missing device_on_probation family_unknown grant_insufficient issuer_keys_unavailable play_integrity_insufficient play_integrity_malformed play_integrity_request_mismatch play_integrity_untrusted recovery_refused secret_invalid secret_unknown vault_locked vault_unavailable',
  'met on real phones alone: the help desk takes the code':
    'app_integrity_unavailable biometric_permission_denied biometric_unavailable biometric_update_required key_policy_refused server_pin_mismatch',
  'a phone whose maker does not vouch for the key: the help desk takes the code':
    'app_attest_build_forbidden app_attest_counter_invalid app_attest_environment_forbidden app_attest_key_mismatch app_attest_key_used app_attest_malformed app_attest_nonce_mismatch app_identity_mismatch attestation_chain_expired attestation_chain_invalid attestation_challenge_mismatch attestation_provisioning_refused attestation_required attestation_revoked attestation_untrusted attestation_version_refused certificate_malformed device_commitment_mismatch key_authorization_insufficient key_description_malformed key_description_misplaced key_origin_refused key_purpose_mismatch key_security_level_insufficient key_type_mismatch patch_level_insufficient',
  'an attack, or a fault of app, server or browser: the help desk takes the code':
    'access_token_audience_mismatch access_token_issuer_mismatch access_token_malformed access_token_realm_mismatch access_token_required access_token_signature_invalid access_token_unbound algorithm_not_allowed attestation_format_unsupported attestation_object_malformed attestation_statement_invalid authenticator_data_malformed backup_eligibility_changed backup_state_invalid challenge_account_mismatch challenge_invalid challenge_mismatch challenge_purpose_mismatch challenge_realm_mismatch challenge_used client_data_malformed client_data_type_mismatch client_unknown credential_account_mismatch credential_exists credential_id_invalid cross_origin_forbidden dpop_algorithm_not_allowed dpop_key_invalid dpop_key_mismatch dpop_method_mismatch dpop_proof_malformed dpop_proof_replayed dpop_proof_required dpop_signature_invalid dpop_token_mismatch dpop_uri_mismatch grant_invalid grant_type_unsupported grant_used malformed_encoding method_not_allowed not_found notice_unknown origin_mismatch platform_failed proof_key_mismatch public_key_invalid resource_unknown response_malformed rp_id_mismatch scope_not_supported session_key_proof_invalid sign_count_replayed signature_invalid unsupported_media_type user_presence_missing user_verification_missing vault_format_newer',
}

describe('what the bank says of failures', () => {
  const codes = Object.keys(catalogue) as ErrorCode[]
  const without = Object.values(wordless).flatMap((list) => list.split(' '))

  test('every code of the closed list has words in both languages, or a reason why it needs none', () => {
    const known = new Set(without)
    for (const texts of [en, de]) {
      expect(codes.filter((code) => textOf(texts, code) === undefined && !known.has(code))).toEqual([])
      expect(codes.filter((code) => textOf(texts, code) !== undefined && known.has(code))).toEqual([])
    }
    expect(without.filter((code) => !(code in catalogue))).toEqual([])
    expect(without.length).toBe(known.size)
  })

  test('every reason why a browser or the phone of the demo has no biometrics has words', () => {
    const reasons: readonly Failure[] = [
      'insecureContext',
      'noWebAuthn',
      'noPlatformAuthenticator',
      'storageBlocked',
      'notEnrolled',
      'passcodeNotSet',
      'lockedOut',
      'lockedOutPermanently',
    ]
    for (const texts of [en, de]) {
      expect(reasons.filter((reason) => textOf(texts, reason) === undefined)).toEqual([])
    }
  })

  test('codes that are alike are told alike', () => {
    expect(textOf(en, 'internal')).toBe(textOf(en, 'overloaded'))
    expect(textOf(de, 'vault_swapped')).toBe(textOf(de, 'key_invalidated'))
    expect(textOf(en, 'password_wrong')).toMatch(/^User name or password/)
  })
})
