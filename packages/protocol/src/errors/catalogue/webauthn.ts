import type { CatalogueEntry } from '../entry.ts'

/** Codes of WebAuthn registrations and assertions: each names the rule of WebAuthn Level 3 that was broken. */
export const webauthnErrors = {
  response_malformed: {
    status: 400,
    title: 'WebAuthn response malformed',
    happened: 'The response is not a WebAuthn JSON response: a member is missing, mistyped or inconsistent.',
    whatToDo: 'Send the result of toJSON() unchanged.',
  },
  client_data_malformed: {
    status: 400,
    title: 'Client data malformed',
    happened: 'clientDataJSON is not one strict UTF-8 JSON object.',
    whatToDo: 'Send the bytes the browser gave, unchanged.',
  },
  client_data_type_mismatch: {
    status: 400,
    title: 'Wrong ceremony',
    happened: 'The client data belongs to another ceremony than the one it was sent for.',
    whatToDo: 'Send registrations to registration and assertions to authentication.',
  },
  challenge_mismatch: {
    status: 400,
    title: 'Challenge mismatch',
    happened: 'The client data holds another challenge than the expected one.',
    whatToDo: 'Sign the options that were issued last.',
  },
  origin_mismatch: {
    status: 403,
    title: 'Wrong origin',
    happened: 'The response was made on an origin that is not expected here.',
    whatToDo: 'Open the site at its own address; developers: list the exact origin in the options.',
  },
  cross_origin_forbidden: {
    status: 403,
    title: 'Cross-origin use forbidden',
    happened: 'The response was made inside a frame of another site.',
    whatToDo: 'Open the page itself; developers: allow framing explicitly if it is meant.',
  },
  rp_id_mismatch: {
    status: 403,
    title: 'Wrong relying party',
    happened: 'The authenticator answered for another relying party id.',
    whatToDo: 'Use the credential on the site it was registered for.',
  },
  user_presence_missing: {
    status: 403,
    title: 'User presence missing',
    happened: 'The authenticator did not test that a user was present.',
    whatToDo: 'Touch the authenticator when it asks.',
  },
  user_verification_missing: {
    status: 403,
    title: 'User verification missing',
    happened: 'The authenticator did not verify the user by biometric or PIN, which is required.',
    whatToDo: 'Set up a fingerprint, face or PIN on the authenticator and try again.',
  },
  backup_state_invalid: {
    status: 400,
    title: 'Backup state invalid',
    happened: 'The authenticator says the credential is backed up although it cannot be.',
    whatToDo: 'Use another authenticator; this one contradicts itself.',
  },
  backup_eligibility_changed: {
    status: 403,
    title: 'Backup eligibility changed',
    happened: 'The credential was registered as one kind (device-bound or synced) and answers as the other.',
    whatToDo: 'Sign in with the password and register again.',
  },
  authenticator_data_malformed: {
    status: 400,
    title: 'Authenticator data malformed',
    happened: 'The authenticator data does not follow its layout exactly.',
    whatToDo: 'Send the bytes the authenticator gave, unchanged.',
  },
  attestation_object_malformed: {
    status: 400,
    title: 'Attestation object malformed',
    happened:
      'The attestation object is not one strict CBOR map of format, statement and authenticator data.',
    whatToDo: 'Send the bytes the authenticator gave, unchanged.',
  },
  attestation_format_unsupported: {
    status: 400,
    title: 'Attestation format unsupported',
    happened: 'The attestation statement has a format this server does not verify.',
    whatToDo: 'Ask for attestation "none", or allow the format in the policy.',
  },
  attestation_statement_invalid: {
    status: 400,
    title: 'Attestation statement invalid',
    happened: 'The attestation statement breaks a rule of its format; the detail names it.',
    whatToDo: 'Use another authenticator; this one does not attest as its format asks.',
  },
  attestation_untrusted: {
    status: 403,
    title: 'Attestation untrusted',
    happened: 'No configured trust anchor stands behind the attestation.',
    whatToDo: 'Add the maker’s root to the trust option, or lower the policy on purpose.',
  },
  attestation_required: {
    status: 403,
    title: 'Attestation required',
    happened: 'The policy wants proof of where the key lives and the response has none.',
    whatToDo: 'Use an authenticator that attests, or lower the policy on purpose.',
  },
  credential_protection_missing: {
    status: 403,
    title: 'Credential protection missing',
    happened: 'The policy asks the authenticator to protect the credential (credProtect) and it did not.',
    whatToDo: 'Ask for the credProtect extension in the options, or use an authenticator that knows it.',
  },
  public_key_invalid: {
    status: 400,
    title: 'Public key invalid',
    happened: 'The credential public key is not a key of an accepted type in its strict encoding.',
    whatToDo: 'Offer only algorithms the server accepts; the detail names the member.',
  },
  algorithm_not_allowed: {
    status: 400,
    title: 'Algorithm not allowed',
    happened: 'The key uses an algorithm that was not offered.',
    whatToDo: 'Register with one of the algorithms in the options.',
  },
  credential_id_invalid: {
    status: 400,
    title: 'Credential id invalid',
    happened: 'The credential id is empty, too long, or differs between the parts of the response.',
    whatToDo: 'Send the response unchanged.',
  },
  signature_invalid: {
    status: 401,
    title: 'Signature invalid',
    happened: 'The signature was not made by this credential over this response.',
    whatToDo: 'Try again; if it stays, sign in with the password and register again.',
  },
  sign_count_replayed: {
    status: 401,
    title: 'Signature counter went back',
    happened:
      'The authenticator’s counter did not rise: two signatures of the key arrived in the other order, or the key was copied.',
    whatToDo:
      'Sign once more. If it happens again, sign in with the password, remove this credential and register again.',
  },
  credential_unknown: {
    status: 401,
    title: 'Credential unknown',
    happened: 'The server does not know this credential, or it was removed.',
    whatToDo: 'Sign in with the password and turn biometrics on again.',
  },
  credential_account_mismatch: {
    status: 403,
    title: 'Credential of another account',
    happened: 'The credential belongs to another account than the one named.',
    whatToDo: 'Sign in with the account that registered it.',
  },
  credential_exists: {
    status: 409,
    title: 'Credential exists',
    happened: 'This credential is registered already.',
    whatToDo: 'Sign in with it; there is nothing to register.',
  },
  credential_limit_reached: {
    status: 409,
    title: 'Too many credentials',
    happened: 'The account has as many credentials as the policy allows.',
    whatToDo: 'Remove one that is no longer used.',
  },
} as const satisfies Record<string, CatalogueEntry>
