import { type CredentialsAnswer, KeyboundError } from '@keybound/protocol'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import { newNotice, readerOf } from '../notices/notices.ts'
import type { SessionRecord } from '../store/contract.ts'
import { credentialJSON } from './credential-json.ts'
import { sessionCredential } from './session-credential.ts'

/** The credentials of the session's account, in order of creation. */
export async function listCredentials(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
): Promise<CredentialsAnswer> {
  const { realm, store } = context
  const records = await store.listCredentials(realm, session.account)
  const current = await sessionCredential(context, session, family)
  return { credentials: records.map((record) => credentialJSON(context, record, record.id === current)) }
}

/**
 * Removes a credential of the session's account and ends the sessions it opened, but for the one that asks: whoever
 * turns biometrics off stays signed in. Refuses with `credential_unknown`,
 * also for the credential of another account: whether that exists is nobody else's business (attack F07).
 */
export async function removeCredential(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
  credentialId: string,
): Promise<void> {
  const { realm, store, now } = context
  const { account } = session
  const held = await store.findCredential(realm, credentialId)
  const causedBy = [await readerOf(context, session, family)]
  const outcome = await store.removeCredential({
    realm,
    operationId: newOperationId(context),
    now: now(),
    account,
    credentialId,
    keepSession: session.tokenHash,
    notices: held === undefined ? [] : [newNotice(context, 'credentialRemoved', held, causedBy)],
  })
  if (outcome === 'unknown') {
    throw new KeyboundError(
      'credential_unknown',
      'Unexpected credential id, expected one of this account. List the credentials again.',
    )
  }
  context.emit({ type: 'credential.removed', account, credentialId })
}
