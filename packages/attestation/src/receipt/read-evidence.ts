import type { CoseAlgorithm, EpochSeconds } from '@keybound/protocol'
import type { ReceiptEvidence } from '@keybound/protocol/transactions'
import { equalBytes } from '../internal/bytes.ts'
import { parseAttestationObject } from '../webauthn/attestation-object.ts'
import { type AuthenticatorData, parseAuthenticatorData } from '../webauthn/authenticator-data.ts'
import {
  type AnyReceiptPayload,
  checkShape,
  malformed,
  readBytes,
  requireObject,
  type Shape,
} from './shape.ts'
import type { CarriedEvidence } from './types.ts'

const shape: Shape = {
  attestationObject: 'text',
  clientDataHash: 'text',
  issuedAt: 'time',
  ceremony: { origin: 'text', algorithms: 'list' },
}
const appAttestShape: Shape = { keyId: 'text', attestationObject: 'text' }
const statusShape: Shape = { fetchedAt: 'time or null', entries: 'list' }
const entryShape: Shape = { serial: 'text', status: 'text', reason: 'text or null' }

/** Eight certificates in each of four statements (WebAuthn L3 §8.9) are all that can be named. */
const mostEntries = 32
const mostAlgorithms = 32
/** The form of Google's list, which is what a certificate is looked up by. */
const serialForm = /^(0|[1-9a-f][0-9a-f]{0,63})$/
/** Seconds by which the clocks of one server's processes may disagree (docs/store.md). */
const clockTolerance = 600

/** Requires the shape of evidence, or null. Refuses with `receipt_malformed`. */
export function checkEvidence(value: unknown): void {
  if (value === null) return
  const { appAttest, status, ...rest } = requireObject(value)
  checkShape('evidence', rest, shape)
  if (appAttest !== null) checkShape('appAttest', appAttest, appAttestShape)
  if (status !== null) checkStatus(status)
  const { algorithms } = (value as ReceiptEvidence).ceremony
  if (algorithms.length > mostAlgorithms || !algorithms.every(Number.isSafeInteger))
    throw malformed('evidence', 'algorithms', `at most ${mostAlgorithms} numbers`)
}

function checkStatus(value: unknown): void {
  checkShape('status', value, statusShape)
  const { entries } = value as { readonly entries: readonly unknown[] }
  if (entries.length > mostEntries) throw malformed('evidence', 'entries', `at most ${mostEntries}`)
  for (const entry of entries) {
    checkShape('entries', entry, entryShape)
    const { serial } = entry as { readonly serial: string }
    if (!serialForm.test(serial)) throw malformed('evidence', 'serial number', 'lowercase hexadecimal')
  }
}

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
    clientDataHash: requireHash(readBytes(clientDataHash, 'hash of the client data')),
    issuedAt,
    origin: ceremony.origin,
    algorithms: ceremony.algorithms as readonly CoseAlgorithm[],
    appAttest: appAttest && {
      keyId: requireHash(readBytes(appAttest.keyId, 'key id')),
      attestationObject: readBytes(appAttest.attestationObject, 'App Attest object'),
    },
    status,
  }
}

/** Evidence of another key would lend this one a level that it never proved. */
function requireSameKey(attestationObject: Uint8Array, credential: AnyReceiptPayload['credential']): void {
  const { format, data } = readObject(attestationObject)
  const attested = data.attestedCredential
  if (
    attested === undefined ||
    !equalBytes(attested.credentialId, readBytes(credential.id, 'credential id')) ||
    !equalBytes(attested.publicKey, readBytes(credential.publicKey, 'public key'))
  ) {
    throw malformed('WebAuthn L3 §6.5.1', 'key in the evidence', 'the one that signed the approval')
  }
  if (format !== credential.format || data.flags.backupEligible !== credential.backupEligible)
    throw malformed('evidence', 'format or backup eligibility of the evidence', 'those of the key')
}

function readObject(bytes: Uint8Array): { readonly format: string; readonly data: AuthenticatorData } {
  try {
    const { format, authenticatorData } = parseAttestationObject(bytes)
    return { format, data: parseAuthenticatorData(authenticatorData) }
  } catch (cause) {
    throw malformed('WebAuthn L3 §6.5.4', 'attestation object', 'the one of the registration', cause)
  }
}

function requireBefore(time: EpochSeconds, approvedAt: EpochSeconds, what: string): void {
  if (time <= approvedAt + clockTolerance) return
  throw malformed('evidence', `time of the ${what}`, 'one before the approval')
}

function requireHash(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 32) return bytes
  throw malformed('FIPS 180-4', `${bytes.length} bytes of a hash`, '32')
}
