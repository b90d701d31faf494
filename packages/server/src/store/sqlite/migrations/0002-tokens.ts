/**
 * Families of refresh tokens and used proofs. A family holds no token: tokens are MACs over its id and generation.
 * `position` keeps the order of commit, because several families may start in one second.
 */
export const tokens = `
CREATE TABLE keybound_families (
  realm TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  position INTEGER NOT NULL,
  client_id TEXT NOT NULL,
  credential_id TEXT,
  proof_jkt TEXT NOT NULL,
  generation INTEGER NOT NULL CHECK (generation >= 0),
  rotated_proof_at INTEGER NOT NULL,
  acr TEXT NOT NULL,
  auth_time INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_active_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  PRIMARY KEY (realm, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX keybound_families_account ON keybound_families (realm, account, position);
CREATE INDEX keybound_families_credential ON keybound_families (realm, credential_id)
  WHERE credential_id IS NOT NULL;
CREATE INDEX keybound_families_expiry ON keybound_families (expires_at);

CREATE TABLE keybound_proofs (
  realm TEXT NOT NULL,
  hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (realm, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX keybound_proofs_expiry ON keybound_proofs (expires_at);
`
