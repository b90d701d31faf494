import type { AcknowledgeNotice, NewNotice, NoticeRecord } from '../../notice-contract.ts'
import { rowOf, rowsOf, type Statements } from './statements.ts'

export function addNotices(
  run: Statements,
  realm: string,
  account: string,
  notices: readonly NewNotice[] = [],
): void {
  if (notices.length === 0) return
  let position = rowOf<{ position: number }>(run.lastNoticePosition, realm, account)?.position ?? 0
  for (const { id, type, credentialId, name, platform, at, expiresAt, causedBy } of notices) {
    position++
    run.addNotice.run(realm, id, account, position, type, credentialId, name, platform, at, expiresAt)
    for (const reader of causedBy) run.finishNotice.run(realm, id, reader, expiresAt)
  }
}

export function listNotices(
  run: Statements,
  realm: string,
  account: string,
  reader: string,
): readonly NoticeRecord[] {
  return rowsOf<NoticeRecord>(run.listNotices, realm, account, reader).map((row) => ({ ...row }))
}

export function acknowledgeNotice(
  run: Statements,
  { realm, account, notice, reader }: AcknowledgeNotice,
): 'acknowledged' | 'unknown' {
  const found = rowOf<{ account: string; expiresAt: number }>(run.findNotice, realm, notice)
  if (found?.account !== account) return 'unknown'
  run.finishNotice.run(realm, notice, reader, found.expiresAt)
  return 'acknowledged'
}
