import { defaultCrypto } from '#default-crypto'
import type { CryptoPort } from '../crypto/port.ts'
import { concatBytes } from '../der/writer.ts'
import { AttestationError } from '../errors.ts'
import { equalBytes } from '../internal/bytes.ts'
import { parseAttestationObject } from './attestation-object.ts'
import {
  type AttestedCredential,
  type AuthenticatorData,
  parseAuthenticatorData,
} from './authenticator-data.ts'
import { formatAaguid } from './internal/aaguid.ts'
import { checkAuthenticatorData, hashRpId, registrationSteps } from './internal/ceremony.ts'
import { type CredentialKey, readCredentialKey } from './internal/cose-signature.ts'
import { judgeStatement } from './trust/judge-statement.ts'
import type {
  CredentialProtection,
  ExpectedEvidence,
  RegistrationPolicy,
  VerifiedEvidence,
  VerifyRegistrationEvidenceOptions,
} from './types.ts'

const defaultAlgorithms = [-7]
const noModel = new Uint8Array(16)

/**
 * Verifies what stays of a registration once its client data was found right: the attestation object and the hash of
 * the client data (WebAuthn L3 §7.1 steps 12 to 24). For stored evidence that is judged again, without keeping the
 * challenge; a registration that arrives is for `verifyRegistration`, which comes to the same verdict.
 *
 * Refuses with `AttestationError`: `credential_id_invalid`, `attestation_object_malformed`,
 * `authenticator_data_malformed`, `rp_id_mismatch`, `user_presence_missing`, `user_verification_missing`,
 * `backup_state_invalid`, `algorithm_not_allowed`, `public_key_invalid`, `attestation_format_unsupported`,
 * `attestation_statement_invalid`, `attestation_untrusted`, `attestation_required`, `credential_protection_missing`.
 */
export async function verifyRegistrationEvidence(
  options: VerifyRegistrationEvidenceOptions,
): Promise<VerifiedEvidence> {
  const { evidence, expected, crypto = defaultCrypto } = options
  const { clientDataHash, origin } = evidence

  // §7.1 steps 13 to 17
  const object = parseAttestationObject(evidence.attestationObject)
  const data = parseAuthenticatorData(object.authenticatorData)
  const rpIdHash = await hashRpId(expected.rpId, crypto)
  checkAuthenticatorData(data, rpIdHash, expected, registrationSteps, expected.userPresence)
  const attested = requireCredential(data.attestedCredential, evidence.credentialId)

  // §7.1 step 20
  const credentialKey = await checkPublicKey(attested, expected, crypto)

  // §7.1 steps 21 to 24
  const judgement = await judgeStatement(object.format, object.statement, {
    authenticatorData: data,
    attested,
    credentialKey,
    signedData: concatBytes([object.authenticatorData, clientDataHash]),
    clientDataHash,
    origin,
    options,
    crypto,
  })

  const credentialProtection = readCredentialProtection(data)
  checkCredentialProtection(credentialProtection, options.policy)

  return {
    credentialId: evidence.credentialId,
    publicKey: attested.publicKey.slice(),
    algorithm: credentialKey.cose.algorithm,
    signCount: judgement.signsModelAndCount ? data.signCount : 0,
    userVerified: data.flags.userVerified,
    backupEligible: data.flags.backupEligible,
    backedUp: data.flags.backedUp,
    aaguid: formatAaguid(judgement.signsModelAndCount ? attested.aaguid : noModel),
    format: object.format,
    attestationType: judgement.type,
    level: judgement.level,
    testOnly: options.trust.testOnly === true || judgement.android?.testOnly === true,
    android: judgement.android,
    credentialProtection,
    origin,
  }
}

/** CTAP 2.2 §12.1: an unsigned integer, 1 to 3. Any other output is not one of credProtect and says nothing. */
function readCredentialProtection({ extensions }: AuthenticatorData): CredentialProtection | undefined {
  const level = extensions?.get('credProtect')
  return level === 1 || level === 2 || level === 3 ? level : undefined
}

/** §7.1 step 28, where the policy asked for it. */
function checkCredentialProtection(
  level: CredentialProtection | undefined,
  { credentialProtection }: RegistrationPolicy = {},
): void {
  if (credentialProtection === undefined || (level ?? 0) >= credentialProtection) return
  throw new AttestationError(
    'credential_protection_missing',
    'WebAuthn L3 §7.1 step 28; CTAP 2.2 §12.1',
    `Unexpected credProtect ${level ?? 'absent'}, expected at least ${credentialProtection}.`,
  )
}

/** The attested credential must be there and be the one the response names. */
function requireCredential(
  attested: AttestedCredential | undefined,
  credentialId: Uint8Array,
): AttestedCredential {
  if (attested === undefined) {
    throw new AttestationError(
      'authenticator_data_malformed',
      'WebAuthn L3 §6.5.4',
      'Unexpected absence of attested credential data (flag AT = 0), expected a credential.',
    )
  }
  if (!equalBytes(attested.credentialId, credentialId)) {
    throw new AttestationError(
      'credential_id_invalid',
      'WebAuthn L3 §7.1 step 27',
      'Unexpected id, expected that of the attested credential. Send the response unchanged.',
    )
  }
  return attested
}

/** §7.1 step 20: an algorithm that was offered, in its strict encoding, with a point on its curve. */
async function checkPublicKey(
  attested: AttestedCredential,
  expected: ExpectedEvidence,
  crypto: CryptoPort,
): Promise<CredentialKey> {
  const offered: readonly unknown[] = expected.algorithms ?? defaultAlgorithms
  const algorithm = attested.coseKey.get(3)
  if (!offered.includes(algorithm)) {
    throw new AttestationError(
      'algorithm_not_allowed',
      'WebAuthn L3 §7.1 step 20',
      `Unexpected algorithm ${String(algorithm).slice(0, 16)}, expected one of ${offered.join(', ')}.`,
    )
  }
  const key = readCredentialKey(attested.coseKey)
  if (!(await crypto.validateKey(key.signatureAlgorithm, key.publicKey))) {
    throw new AttestationError(
      'public_key_invalid',
      'WebAuthn L3 §5.8.5',
      'Unexpected public key, expected a point on its curve and an algorithm that this runtime knows.',
    )
  }
  return key
}
