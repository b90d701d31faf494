import type { ErrorCode } from '@keybound/protocol'
import type { Rule } from '../policy/ledger.ts'

const guide = 'Android key attestation guide'
const aidl = 'KeyMint AIDL, KeyCreationResult'

/** What the app, its developer or its operator does about a refusal, by code. */
const advice: Readonly<Partial<Record<ErrorCode, string>>> = {
  attestation_chain_invalid: 'Send the chain of the key store unchanged, leaf first.',
  attestation_chain_expired: 'Connect the device to the internet and make a new key.',
  attestation_provisioning_refused: 'Use a device with remotely provisioned keys.',
  attestation_revoked: 'Install the updates of the device, or use another one.',
  attestation_status_unavailable: 'Let the server reach the status list.',
  attestation_untrusted: 'Give the root as trust.roots if it is yours.',
  attestation_challenge_mismatch: 'Make a new key for the challenge that was issued last.',
  attestation_version_refused: 'Install the updates of the device.',
  key_description_malformed: 'Send the chain of the key store unchanged.',
  key_description_misplaced: 'Make the key with an attestation challenge and send its own chain.',
  key_security_level_insufficient: 'Make the key in secure hardware.',
  boot_state_refused: 'Lock the bootloader and install the maker’s system.',
  patch_level_insufficient: 'Install the updates of the device.',
  key_origin_refused: 'Make the key in the key store.',
  key_purpose_mismatch: 'Make one key for each role, with its purpose alone.',
  key_type_mismatch: 'Make the key with the parameters of its role.',
  key_authorization_insufficient: 'Make the key with biometric authentication for every use.',
  app_identity_mismatch: 'Use the genuine app, and list all its signing certificates.',
}

const rule = (name: string, source: string, code: ErrorCode): Rule => {
  const { [code]: sentence } = advice
  return sentence === undefined ? { name, source, code } : { name, source, code, advice: sentence }
}

/** Every rule a chain is judged by, with the clause behind it and the code of its refusal. */
export const chainRules = {
  length: rule('chain_length', `${guide}, certificate chain`, 'attestation_chain_invalid'),
  distinct: rule('certificates_distinct', 'RFC 5280 §6.1', 'attestation_chain_invalid'),
  criticalExtensions: rule('critical_extensions', 'RFC 5280 §4.2', 'attestation_chain_invalid'),
  placement: rule('key_description_placement', `${guide}, chain extension`, 'key_description_misplaced'),
  notCritical: rule(
    'key_description_not_critical',
    `${guide}, extension schema`,
    'key_description_misplaced',
  ),
  root: rule('root_pinned', `${guide}, root certificates`, 'attestation_untrusted'),
  names: rule('names_chain', 'RFC 5280 §6.1.3 (a)(4)', 'attestation_chain_invalid'),
  provisioning: rule(
    'chain_shape',
    'android/keyattestation, KeyAttestationCertPath',
    'attestation_chain_invalid',
  ),
  provisioningInfo: rule(
    'provisioning_info_placement',
    `${guide}, ProvisioningInfo extension`,
    'key_description_misplaced',
  ),
  leafNotCa: rule('leaf_not_ca', 'RFC 5280 §4.2.1.9', 'attestation_chain_invalid'),
  issuersAreCa: rule('issuers_are_ca', 'RFC 5280 §6.1.4 (k), (n)', 'attestation_chain_invalid'),
  pathLength: rule('path_length', 'RFC 5280 §6.1.4 (m)', 'attestation_chain_invalid'),
  validity: rule('validity', 'android/keyattestation, verifyValidity', 'attestation_chain_expired'),
  statusKnown: rule('status_known', `${guide}, revocation`, 'attestation_status_unavailable'),
  notRevoked: rule('not_revoked', `${guide}, revocation`, 'attestation_revoked'),
  signatures: rule('signatures', 'RFC 5280 §6.1.3 (a)(1)', 'attestation_chain_invalid'),
  remotelyProvisioned: rule(
    'remotely_provisioned',
    `${guide}, remote key provisioning`,
    'attestation_provisioning_refused',
  ),
} as const

/** Every rule a key description is judged by. */
export const keyRules = {
  version: rule('attestation_version', aidl, 'attestation_version_refused'),
  challenge: rule('challenge', `${guide}, attestation challenge`, 'attestation_challenge_mismatch'),
  tagOrder: rule('tag_order', 'X.690 §8.14', 'key_description_malformed'),
  levelsAgree: rule('security_levels_agree', `${guide}, security level`, 'key_security_level_insufficient'),
  level: rule('security_level', `${guide}, security level`, 'key_security_level_insufficient'),
  levelCertified: rule(
    'security_level_certified',
    'android/keyattestation, securityLevel',
    'key_security_level_insufficient',
  ),
  rootOfTrust: rule('root_of_trust', `${aidl}, RootOfTrust`, 'boot_state_refused'),
  deviceLocked: rule('device_locked', `${aidl}, RootOfTrust`, 'boot_state_refused'),
  bootState: rule('verified_boot_state', `${aidl}, VerifiedBootState`, 'boot_state_refused'),
  bootKey: rule('verified_boot_key', `${aidl}, RootOfTrust`, 'boot_state_refused'),
  origin: rule('origin', 'KeyMint AIDL, KeyOrigin', 'key_origin_refused'),
  allApplications: rule('all_applications', 'WebAuthn L3 §8.4', 'app_identity_mismatch'),
  purposes: rule('purposes', 'KeyMint AIDL, KeyPurpose', 'key_purpose_mismatch'),
  keyType: rule('key_type', 'KeyMint AIDL, Algorithm', 'key_type_mismatch'),
  keyMatches: rule('key_matches_description', aidl, 'key_type_mismatch'),
  digests: rule('digests', 'KeyMint AIDL, Digest', 'key_type_mismatch'),
  paddings: rule('paddings', 'KeyMint AIDL, PaddingMode', 'key_type_mismatch'),
  authRequired: rule(
    'user_auth_required',
    'KeyMint AIDL, NO_AUTH_REQUIRED',
    'key_authorization_insufficient',
  ),
  authType: rule(
    'user_auth_type',
    'KeyMint AIDL, HardwareAuthenticatorType',
    'key_authorization_insufficient',
  ),
  authTimeout: rule('user_auth_timeout', 'KeyMint AIDL, AUTH_TIMEOUT', 'key_authorization_insufficient'),
  onBody: rule('allow_while_on_body', 'KeyMint AIDL, ALLOW_WHILE_ON_BODY', 'key_authorization_insufficient'),
  application: rule('application_package', `${aidl}, AttestationApplicationId`, 'app_identity_mismatch'),
  signer: rule('application_signer', `${aidl}, AttestationApplicationId`, 'app_identity_mismatch'),
  appVersion: rule('application_version', `${aidl}, AttestationApplicationId`, 'app_identity_mismatch'),
  osVersion: rule('os_version', 'KeyMint AIDL, OS_VERSION', 'patch_level_insufficient'),
  osPatchLevel: rule('os_patch_level', 'KeyMint AIDL, OS_PATCHLEVEL', 'patch_level_insufficient'),
  vendorPatchLevel: rule('vendor_patch_level', 'KeyMint AIDL, VENDOR_PATCHLEVEL', 'patch_level_insufficient'),
  bootPatchLevel: rule('boot_patch_level', 'KeyMint AIDL, BOOT_PATCHLEVEL', 'patch_level_insufficient'),
  attestKey: rule('attest_key', 'KeyMint AIDL, ATTEST_KEY', 'key_description_misplaced'),
} as const
