import { defaultCrypto } from '#default-crypto'
import { AttestationError } from '../errors.ts'
import { equalBytes } from '../internal/bytes.ts'
import { type AuthenticatorData, parseAuthenticatorData } from './authenticator-data.ts'
import { parseClientData } from './client-data.ts'
import {
  authenticationSteps,
  checkAuthenticatorData,
  checkClientData,
  hashRpId,
} from './internal/ceremony.ts'
import { readStoredKey, verifyWithCredentialKey } from './internal/cose-signature.ts'
import { type AuthenticationBytes, readAuthenticationResponse } from './internal/response.ts'
import type {
  ExpectedAuthentication,
  StoredCredential,
  VerifiedAuthentication,
  VerifyAuthenticationOptions,
} from './types.ts'

/**
 * Verifies an assertion (WebAuthn L3 §7.2) against the stored credential. Nothing is written: consume the challenge
 * and store `signCount` and `backedUp` in one transaction, after all other checks.
 *
 * Refuses with `AttestationError`: `response_malformed`, `credential_id_invalid`, `credential_unknown`,
 * `credential_account_mismatch`, `client_data_malformed`, `client_data_type_mismatch`, `challenge_mismatch`,
 * `origin_mismatch`, `cross_origin_forbidden`, `authenticator_data_malformed`, `rp_id_mismatch`,
 * `user_presence_missing`, `user_verification_missing`, `backup_state_invalid`, `backup_eligibility_changed`,
 * `public_key_invalid`, `signature_invalid`, `sign_count_replayed`.
 */
export async function verifyAuthentication(
  options: VerifyAuthenticationOptions,
): Promise<VerifiedAuthentication> {
  const { expected, credential, crypto = defaultCrypto } = options
  const response = readAuthenticationResponse(options.response)
  checkCredential(response, expected, credential)

  // §7.2 steps 8 to 14
  const clientData = parseClientData(response.clientData)
  checkClientData(clientData, 'webauthn.get', expected, authenticationSteps)

  // §7.2 steps 15 to 19
  const data = parseAuthenticatorData(response.authenticatorData)
  checkIsAssertion(data)
  // Here and below a port that answers at once is not waited for: each wait costs as much as a check.
  const rpIdHash = hashRpId(expected.rpId, crypto)
  checkAuthenticatorData(data, isBytes(rpIdHash) ? rpIdHash : await rpIdHash, expected, authenticationSteps)
  checkBackupEligibility(data, credential)

  // §7.2 steps 20 and 21
  const key = readStoredKey(credential.publicKey)
  const { authenticatorData, signedData, signature } = response
  const clientDataHash = crypto.sha256(response.clientData)
  signedData.set(isBytes(clientDataHash) ? clientDataHash : await clientDataHash, authenticatorData.length)
  const isSigned = verifyWithCredentialKey(crypto, key, signature, signedData)
  if (!(typeof isSigned === 'boolean' ? isSigned : await isSigned)) {
    throw new AttestationError(
      'signature_invalid',
      'WebAuthn L3 §7.2 step 21',
      'Unexpected signature, expected one by the credential over this response.',
    )
  }

  checkUserHandle(response, credential)

  // §7.2 step 22, after the signature: until then the counter is anyone's claim.
  const signCountReplayed = isReplayed(data.signCount, credential.signCount)
  if (signCountReplayed && expected.signCount !== 'report') {
    throw new AttestationError(
      'sign_count_replayed',
      'WebAuthn L3 §7.2 step 22',
      `Unexpected counter ${data.signCount}, expected more than ${credential.signCount}.`,
    )
  }

  return {
    credentialId: response.credentialId.slice(),
    signCount: data.signCount,
    signCountReplayed,
    userVerified: data.flags.userVerified,
    backedUp: data.flags.backedUp,
    origin: clientData.origin,
    topOrigin: clientData.topOrigin,
  }
}

/** §7.2 steps 5 and 6: the credential was offered, it is the stored one, and where none was offered a user is named. */
function checkCredential(
  { credentialId, userHandle }: AuthenticationBytes,
  expected: ExpectedAuthentication,
  credential: StoredCredential,
): void {
  const { allowCredentials = [] } = expected
  const discoverable = allowCredentials.length === 0
  if (!discoverable && !allowCredentials.some((id) => equalBytes(id, credentialId))) {
    throw new AttestationError(
      'credential_unknown',
      'WebAuthn L3 §7.2 step 5',
      'Unexpected credential id, expected one that was offered.',
    )
  }
  if (!equalBytes(credential.id, credentialId)) {
    throw new AttestationError(
      'credential_unknown',
      'WebAuthn L3 §7.2 step 6',
      'Unexpected credential id, expected that of the stored credential. Look it up by the id of the response.',
    )
  }
  if (userHandle === undefined && discoverable) {
    throw new AttestationError(
      'response_malformed',
      'WebAuthn L3 §7.2 step 6',
      'Unexpected absence of userHandle, expected it where no credential was named. Send the response unchanged.',
    )
  }
}

/** §7.2 step 6, second half, and only after the signature: before, the answer would tell anybody whose credential it is. */
function checkUserHandle({ userHandle }: AuthenticationBytes, credential: StoredCredential): void {
  if (userHandle === undefined || equalBytes(userHandle, credential.userHandle)) return
  throw new AttestationError(
    'credential_account_mismatch',
    'WebAuthn L3 §7.2 step 6',
    'Unexpected userHandle, expected that of the account the credential belongs to.',
  )
}

/** L3 §6.3.3: assertions carry no attested credential data. */
function checkIsAssertion(data: AuthenticatorData): void {
  if (data.attestedCredential === undefined) return
  throw new AttestationError(
    'authenticator_data_malformed',
    'WebAuthn L3 §6.3.3',
    'Unexpected attested credential data in an assertion, expected none.',
  )
}

/** §7.2 step 19: whether a credential can be backed up is fixed when it is made. */
function checkBackupEligibility(data: AuthenticatorData, credential: StoredCredential): void {
  const { backupEligible } = data.flags
  if (backupEligible === credential.backupEligible) return
  throw new AttestationError(
    'backup_eligibility_changed',
    'WebAuthn L3 §7.2 step 19',
    `Unexpected flag BE = ${Number(backupEligible)}, expected ${Number(credential.backupEligible)} as registered.`,
  )
}

function isBytes(value: Uint8Array | Promise<Uint8Array>): value is Uint8Array {
  return value instanceof Uint8Array
}

/**
 * A stored zero is of an authenticator that has not counted yet, or never does. A stored counter that is no number refuses
 * every count.
 */
function isReplayed(signCount: number, stored: number): boolean {
  return stored !== 0 && !(signCount > stored)
}
