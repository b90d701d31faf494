import type { CredentialDescriptorJSON, CredentialJSON } from '@keybound/protocol'
import type { CredentialRecord } from '../store/contract.ts'

/** A credential as its owner sees it. */
export function credentialJSON(record: CredentialRecord): CredentialJSON {
  const { id, name, level, backupEligible, backedUp, transports, createdAt, lastUsedAt } = record
  return { id, name, level, backupEligible, backedUp, transports, createdAt, lastUsedAt }
}

/** A credential as it is offered to authenticators. */
export function descriptorOf({ id, transports }: CredentialRecord): CredentialDescriptorJSON {
  return { type: 'public-key', id, transports }
}
