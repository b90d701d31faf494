/**
 * Transactions, the payees an account has paid, and deliveries that are due. Approved transactions stay: they are what
 * receipts are made from. `new_payee` marks those that had a payee who was new when they were approved.
 */
export const transactions = `
CREATE TABLE keybound_transactions (
  realm TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  type TEXT NOT NULL,
  statement TEXT NOT NULL,
  nonce TEXT NOT NULL,
  currency TEXT,
  minor INTEGER CHECK (minor > 0),
  payees TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  approved_at INTEGER,
  credential_id TEXT,
  receipt TEXT,
  new_payee INTEGER NOT NULL DEFAULT 0 CHECK (new_payee IN (0, 1)),
  PRIMARY KEY (realm, id),
  CHECK ((currency IS NULL) = (minor IS NULL)),
  CHECK ((approved_at IS NULL) = (receipt IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_transactions_open ON keybound_transactions (realm, account, expires_at)
  WHERE approved_at IS NULL;
CREATE INDEX keybound_transactions_expiry ON keybound_transactions (expires_at) WHERE approved_at IS NULL;
CREATE INDEX keybound_transactions_approved
  ON keybound_transactions (realm, account, currency, approved_at, new_payee, minor)
  WHERE approved_at IS NOT NULL AND currency IS NOT NULL;

CREATE TABLE keybound_payees (
  realm TEXT NOT NULL,
  account TEXT NOT NULL,
  payee TEXT NOT NULL,
  first_approved_at INTEGER NOT NULL,
  PRIMARY KEY (realm, account, payee)
) STRICT, WITHOUT ROWID;

CREATE TABLE keybound_outbox (
  realm TEXT NOT NULL,
  id TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL CHECK (tries >= 0),
  PRIMARY KEY (realm, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_outbox_due ON keybound_outbox (realm, due_at);
`
