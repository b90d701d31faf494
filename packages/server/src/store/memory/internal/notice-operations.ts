import type { AcknowledgeNotice, NewNotice, NoticeRecord } from '../../notice-contract.ts'
import type { Realm } from './realm.ts'

/** A notice with those who are not told of it, or no longer. */
export interface KeptNotice {
  readonly notice: NoticeRecord
  readonly done: readonly string[]
}

export function addNotices({ notices }: Realm, account: string, added: readonly NewNotice[] = []): void {
  for (const { causedBy, ...notice } of added) {
    notices.set(notice.id, { notice: { ...notice, account }, done: [...causedBy] })
  }
}

export function listNotices({ notices }: Realm, account: string, reader: string): readonly NoticeRecord[] {
  return [...notices.values()]
    .filter(({ notice, done }) => notice.account === account && !done.includes(reader))
    .map(({ notice }) => ({ ...notice }))
}

export function acknowledgeNotice(
  { notices }: Realm,
  { account, notice, reader }: AcknowledgeNotice,
): 'acknowledged' | 'unknown' {
  const kept = notices.get(notice)
  if (kept?.notice.account !== account) return 'unknown'
  if (!kept.done.includes(reader)) notices.set(notice, { ...kept, done: [...kept.done, reader] })
  return 'acknowledged'
}
