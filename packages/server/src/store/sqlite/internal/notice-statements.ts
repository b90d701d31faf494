const columns = `id, account, type, credential_id AS credentialId, name, platform, at, expires_at AS expiresAt`

/** Statements on notices; part of `sql`, whose rules hold here. */
export const noticeSql = {
  lastNoticePosition: `SELECT coalesce(max(position), 0) AS position FROM keybound_notices
    WHERE realm = ? AND account = ?`,
  addNotice: `INSERT INTO keybound_notices (realm, id, account, position, type, credential_id, name, platform, at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  findNotice: 'SELECT account, expires_at AS expiresAt FROM keybound_notices WHERE realm = ? AND id = ?',
  listNotices: `SELECT ${columns} FROM keybound_notices AS notice
    WHERE realm = ? AND account = ? AND NOT EXISTS (
      SELECT 1 FROM keybound_notices_done AS done
      WHERE done.realm = notice.realm AND done.notice = notice.id AND done.reader = ?)
    ORDER BY position`,
  finishNotice: `INSERT INTO keybound_notices_done (realm, notice, reader, expires_at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING`,
} as const
