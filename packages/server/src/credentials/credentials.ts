import { type CredentialsAnswer, KeyboundError } from '@keybound/protocol'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import type { SessionRecord } from '../store/contract.ts'
import { credentialJSON } from './credential-json.ts'

/** The credentials of the session's account, in order of creation. */
export async function listCredentials(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
): Promise<CredentialsAnswer> {
  const { realm, store } = context
  const records = await store.listCredentials(realm, session.account)
  const current = await credentialOf(context, session, family)
  return { credentials: records.map((record) => credentialJSON(context, record, record.id === current)) }
}

/** The credential that opened the session, of whichever kind; null after a password. */
async function credentialOf(
  { realm, store }: ServerContext,
  { credentialId }: SessionRecord,
  family: string | undefined,
): Promise<string | null> {
  if (family === undefined) return credentialId
  return (await store.findFamily(realm, family))?.credentialId ?? null
}

/**
 * Removes a credential of the session's account and ends the sessions it opened, but for the one that asks: whoever
 * turns biometrics off stays signed in. Refuses with `credential_unknown`,
 * also for the credential of another account: whether that exists is nobody else's business (attack F07).
 */
export async function removeCredential(
  context: ServerContext,
  session: SessionRecord,
  credentialId: string,
): Promise<void> {
  const { realm, store, now } = context
  const { account } = session
  const outcome = await store.removeCredential({
    realm,
    operationId: newOperationId(context),
    now: now(),
    account,
    credentialId,
    keepSession: session.tokenHash,
  })
  if (outcome === 'unknown') {
    throw new KeyboundError(
      'credential_unknown',
      'Unexpected credential id, expected one of this account. List the credentials again.',
    )
  }
  context.emit({ type: 'credential.removed', account, credentialId })
}
