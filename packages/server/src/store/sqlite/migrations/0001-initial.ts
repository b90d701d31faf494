/**
 * The first schema. Times are seconds since the Unix epoch; hashes and ids are base64url text; the realm leads every
 * primary key. Tables are clustered by their primary key (WITHOUT ROWID), so that a lookup is one search.
 */
export const initial = `
CREATE TABLE keybound_marks (
  mark TEXT NOT NULL PRIMARY KEY CHECK (mark IN ('demo', 'production'))
) STRICT, WITHOUT ROWID;

CREATE TABLE keybound_operations (
  realm TEXT NOT NULL,
  operation TEXT NOT NULL,
  id TEXT NOT NULL,
  result TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (realm, operation, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_operations_expiry ON keybound_operations (expires_at);

CREATE TABLE keybound_used (
  realm TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('challenge', 'grant')),
  hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  operation TEXT NOT NULL,
  operation_id TEXT NOT NULL,
  PRIMARY KEY (realm, kind, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_used_expiry ON keybound_used (expires_at);

CREATE TABLE keybound_credentials (
  realm TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  position INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  name TEXT NOT NULL,
  level TEXT NOT NULL,
  sign_count INTEGER NOT NULL,
  backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
  backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
  transports TEXT NOT NULL,
  aaguid TEXT NOT NULL,
  format TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  PRIMARY KEY (realm, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX keybound_credentials_account ON keybound_credentials (realm, account, position);

CREATE TABLE keybound_sessions (
  realm TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  account TEXT NOT NULL,
  acr TEXT NOT NULL,
  auth_time INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  credential_id TEXT,
  PRIMARY KEY (realm, token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_sessions_account ON keybound_sessions (realm, account);
CREATE INDEX keybound_sessions_expiry ON keybound_sessions (expires_at);

CREATE TABLE keybound_attempts (
  realm TEXT NOT NULL,
  key TEXT NOT NULL,
  tries INTEGER NOT NULL CHECK (tries > 0),
  last_try_at INTEGER NOT NULL,
  forget_at INTEGER NOT NULL,
  PRIMARY KEY (realm, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_attempts_expiry ON keybound_attempts (forget_at);

CREATE TABLE keybound_passwords (
  realm TEXT NOT NULL,
  username TEXT NOT NULL,
  account TEXT NOT NULL,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  PRIMARY KEY (realm, username)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX keybound_passwords_account ON keybound_passwords (realm, account);
`
