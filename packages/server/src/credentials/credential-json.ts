import type { CredentialDescriptorJSON, CredentialJSON } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { CredentialRecord } from '../store/contract.ts'

/** A credential as its owner sees it. */
export function credentialJSON(
  { policy, now }: ServerContext,
  record: CredentialRecord,
  current: boolean,
): CredentialJSON {
  const { id, name, level, platform, backupEligible, backedUp, transports } = record
  const { createdAt, lastUsedAt, expiresAt } = record
  const probationEnds = createdAt + policy.transactions.probation
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
    probationUntil: probationEnds > now() ? probationEnds : null,
    expiresAt,
  }
}

/** A credential as it is offered to authenticators. */
export function descriptorOf({ id, transports }: CredentialRecord): CredentialDescriptorJSON {
  return { type: 'public-key', id, transports }
}
