import { KeyboundError, type NoticeJSON, type NoticesAnswer } from '@keybound/protocol'
import { sessionCredential } from '../credentials/session-credential.ts'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import type { CredentialRecord, SessionRecord } from '../store/contract.ts'
import type { NewNotice } from '../store/notice-contract.ts'

/** What the account's other devices are told of a credential. */
export function newNotice(
  context: ServerContext,
  type: NoticeJSON['type'],
  { id: credentialId, name, platform }: CredentialRecord,
  causedBy: readonly string[],
): NewNotice {
  const at = context.now()
  const expiresAt = at + context.policy.newDevice.noticeLifetime
  return { id: newOperationId(context), type, credentialId, name, platform, at, expiresAt, causedBy }
}

/** Who asks: the device, known by its credential; a session that a password opened speaks for no device but itself. */
export async function readerOf(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
): Promise<string> {
  return (await sessionCredential(context, session, family)) ?? session.tokenHash
}

/** What happened to keys of the account elsewhere since this device was registered, until it is acknowledged here. */
export async function listNotices(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
): Promise<NoticesAnswer> {
  const { realm, store, now } = context
  const reader = await readerOf(context, session, family)
  const since = (await store.findCredential(realm, reader))?.createdAt ?? 0
  const notices = await store.listNotices(realm, session.account, reader)
  const current = notices.filter(({ at, expiresAt }) => at >= since && expiresAt > now())
  return {
    notices: current.map(({ id, type, credentialId, name, platform, at }) => {
      return { id, type, credentialId, name, platform, at }
    }),
  }
}

/** Refuses with `notice_unknown`, also for a notice of another account. */
export async function acknowledgeNotice(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
  notice: string,
): Promise<void> {
  const { realm, store } = context
  const { account } = session
  const reader = await readerOf(context, session, family)
  if ((await store.acknowledgeNotice({ realm, account, notice, reader })) === 'acknowledged') return
  const message = 'Unexpected notice id, expected one of this account. List the notices again.'
  throw new KeyboundError('notice_unknown', message)
}
