const columns = `id, account, type, statement, nonce, currency, minor, payees, created_at AS createdAt,
  expires_at AS expiresAt, approved_at AS approvedAt, credential_id AS credentialId, receipt`

/** Statements on transactions; part of `sql`, whose rules hold here. */
export const transactionSql = {
  addTransaction: `INSERT INTO keybound_transactions (realm, id, account, type, statement, nonce, currency, minor,
      payees, created_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  countOpenTransactions: `SELECT count(*) AS open FROM keybound_transactions INDEXED BY keybound_transactions_open
    WHERE realm = ? AND account = ? AND expires_at > ? AND approved_at IS NULL`,
  findTransaction: `SELECT ${columns} FROM keybound_transactions WHERE realm = ? AND id = ?`,
  approveTransaction: `UPDATE keybound_transactions
    SET approved_at = ?, credential_id = ?, receipt = ?, new_payee = ?
    WHERE realm = ? AND id = ? AND approved_at IS NULL`,
  // total() never overflows; a sum above 2^53 is far above any limit, exact or not.
  sumApproved: `SELECT total(minor) AS total, total(minor * new_payee) AS newPayees
    FROM keybound_transactions INDEXED BY keybound_transactions_approved
    WHERE realm = ? AND account = ? AND currency = ? AND approved_at > ?
      AND approved_at IS NOT NULL AND currency IS NOT NULL`,
  findPayee: `SELECT first_approved_at AS firstApprovedAt FROM keybound_payees
    WHERE realm = ? AND account = ? AND payee = ?`,
  addPayee: `INSERT INTO keybound_payees (realm, account, payee, first_approved_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (realm, account, payee) DO NOTHING`,
  addDelivery: 'INSERT INTO keybound_outbox (realm, id, due_at, tries) VALUES (?, ?, ?, 0)',
  dueDeliveries: `SELECT id, tries FROM keybound_outbox INDEXED BY keybound_outbox_due
    WHERE realm = ? AND due_at <= ? ORDER BY due_at LIMIT ?`,
  leaseDelivery: 'UPDATE keybound_outbox SET due_at = ?, tries = tries + 1 WHERE realm = ? AND id = ?',
  finishDelivery: 'DELETE FROM keybound_outbox WHERE realm = ? AND id = ?',
  pruneTransactions: `DELETE FROM keybound_transactions WHERE (realm, id) IN
    (SELECT realm, id FROM keybound_transactions INDEXED BY keybound_transactions_expiry
      WHERE expires_at <= ? AND approved_at IS NULL ORDER BY expires_at LIMIT ?)`,
} as const
