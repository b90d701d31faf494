import { snapshotStatus } from '@keybound/attestation/receipt/evidence'
import type { EpochSeconds } from '@keybound/protocol'
import type { ReceiptEvidence, ReceiptStatus } from '@keybound/protocol/transactions'
import type { ServerContext } from '../internal/context.ts'
import { type CredentialRecord, clockTolerance } from '../store/contract.ts'
import type { DeviceEvidence } from '../store/evidence-contract.ts'

/**
 * What a receipt carries of the registration of the key that signed: all that was kept, without the certificates of the
 * phone's other keys, which signed nothing here. Null for a key without attestation (the store is not asked then), and for
 * one of which nothing was kept.
 */
export async function receiptEvidence(
  { store, realm, trust }: Pick<ServerContext, 'store' | 'realm' | 'trust'>,
  { id, format }: CredentialRecord,
  approvedAt: EpochSeconds,
): Promise<ReceiptEvidence | null> {
  if (format === 'none') return null
  const kept = await store.findEvidence(realm, id)
  if (kept === undefined) return null
  const { attestationObject, clientDataHash, issuedAt, ceremony, device } = kept
  return {
    attestationObject: encode(attestationObject),
    clientDataHash: encode(clientDataHash),
    issuedAt,
    ceremony: { origin: ceremony.origin, algorithms: ceremony.algorithms },
    appAttest: appAttestOf(device),
    status: notFromLater(snapshotStatus(attestationObject, trust.android ?? {}), approvedAt),
  }
}

/** In the one spelling of base64url, whatever was sent. */
function appAttestOf(device: DeviceEvidence | null): ReceiptEvidence['appAttest'] {
  const appAttest = device?.platform === 'ios' ? device.appAttest : null
  if (appAttest === null) return null
  const { keyId, attestationObject } = appAttest
  return {
    keyId: encode(Buffer.from(keyId, 'base64url')),
    attestationObject: encode(Buffer.from(attestationObject, 'base64url')),
  }
}

/** A list from the future vouches for nobody: its clock is not ours, and a verifier would refuse the receipt for it. */
function notFromLater(status: ReceiptStatus | null, approvedAt: EpochSeconds): ReceiptStatus | null {
  return (status?.fetchedAt ?? 0) > approvedAt + clockTolerance ? null : status
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
