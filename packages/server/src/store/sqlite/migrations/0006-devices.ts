/**
 * New devices: until when a key is on probation, and what the other devices of its account are told. Keys from before were
 * on probation for a day. `keybound_notices_done` holds who is not told of a notice, or no longer.
 */
export const devices = `
ALTER TABLE keybound_credentials ADD COLUMN probation_until INTEGER;
UPDATE keybound_credentials SET probation_until = created_at + 86400;

CREATE TABLE keybound_notices (
  realm TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  position INTEGER NOT NULL,
  type TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (realm, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX keybound_notices_account ON keybound_notices (realm, account, position);
CREATE INDEX keybound_notices_expiry ON keybound_notices (expires_at);

CREATE TABLE keybound_notices_done (
  realm TEXT NOT NULL,
  notice TEXT NOT NULL,
  reader TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (realm, notice, reader)
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_notices_done_expiry ON keybound_notices_done (expires_at);
`
