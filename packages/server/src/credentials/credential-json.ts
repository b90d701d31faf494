import type { CredentialDescriptorJSON, CredentialJSON } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { CredentialRecord } from '../store/contract.ts'

/** A credential as its owner sees it. */
export function credentialJSON(
  { now }: ServerContext,
  record: CredentialRecord,
  current: boolean,
): CredentialJSON {
  const { id, name, level, platform, backupEligible, backedUp, transports } = record
  const { createdAt, lastUsedAt, probationUntil, expiresAt } = record
  const isOnProbation = probationUntil !== null && probationUntil > now()
  return {
    id,
    name,
    level,
    platform,
    current,
    backupEligible,
    backedUp,
    transports,
    createdAt,
    lastUsedAt,
    probationUntil: isOnProbation ? probationUntil : null,
    expiresAt,
  }
}

/** A credential as it is offered to authenticators. */
export function descriptorOf({ id, transports }: CredentialRecord): CredentialDescriptorJSON {
  return { type: 'public-key', id, transports }
}
