import type { CoseAlgorithm, EpochSeconds } from '@keybound/protocol'
import { equalBytes } from '../internal/bytes.ts'
import { parseAttestationObject } from '../webauthn/attestation-object.ts'
import { parseAuthenticatorData } from '../webauthn/authenticator-data.ts'
import type { AnyReceiptPayload } from './read-receipt.ts'
import { malformed, readBytes } from './shape.ts'
import type { CarriedEvidence } from './types.ts'

/** Seconds by which the clocks of one server's processes may disagree (docs/store.md). */
const clockTolerance = 600

/**
 * The evidence of a receipt, once it is known to be of the very key that signed the approval, and not from after it.
 * What it is worth is not judged here. Null where there is none. Refuses with `receipt_malformed`.
 */
export function readEvidence(payload: AnyReceiptPayload): CarriedEvidence | null {
  if (payload.version === 1 || payload.evidence === null) return null
  const { approvedAt, credential, evidence } = payload
  const { clientDataHash, issuedAt, ceremony, appAttest, status } = evidence
  requireBefore(issuedAt, approvedAt, 'registration')
  requireBefore(status?.fetchedAt ?? 0, approvedAt, 'status list')
  const attestationObject = readBytes(evidence.attestationObject, 'attestation object')
  requireSameKey(attestationObject, credential)
  return {
    attestationObject,
    clientDataHash: readHash(clientDataHash, 'hash of the client data'),
    issuedAt,
    origin: ceremony.origin,
    algorithms: ceremony.algorithms as readonly CoseAlgorithm[],
    appAttest: appAttest && {
      keyId: readHash(appAttest.keyId, 'key id'),
      attestationObject: readBytes(appAttest.attestationObject, 'App Attest object'),
    },
    status,
  }
}

/** Evidence of another key would lend this one a level that it never proved. */
function requireSameKey(bytes: Uint8Array, credential: AnyReceiptPayload['credential']): void {
  const { format, attested, backupEligible } = readKey(bytes)
  if (
    attested !== undefined &&
    equalBytes(attested.credentialId, readBytes(credential.id, 'credential id')) &&
    equalBytes(attested.publicKey, readBytes(credential.publicKey, 'public key')) &&
    format === credential.format &&
    backupEligible === credential.backupEligible
  )
    return
  throw malformed('WebAuthn L3 §6.5.1', 'key in the evidence', 'the one that signed, as it is described')
}

function readKey(bytes: Uint8Array) {
  try {
    const { format, authenticatorData } = parseAttestationObject(bytes)
    const { attestedCredential: attested, flags } = parseAuthenticatorData(authenticatorData)
    return { format, attested, backupEligible: flags.backupEligible }
  } catch (cause) {
    throw malformed('WebAuthn L3 §6.5.4', 'attestation object', 'that of the registration', cause)
  }
}

function requireBefore(time: EpochSeconds, approvedAt: EpochSeconds, what: string): void {
  if (time > approvedAt + clockTolerance)
    throw malformed('evidence', `time of the ${what}`, 'one before the approval')
}

/** SHA-256. */
function readHash(text: string, place: string): Uint8Array {
  const bytes = readBytes(text, place)
  if (bytes.length === 32) return bytes
  throw malformed('FIPS 180-4', `length of the ${place}`, '32 bytes')
}
