/**
 * What credentials were registered with, and what it was found to be worth. Credentials from before have none: they
 * are not judged again. Found verdicts decide `level` and `suspended_by` of the credential.
 */
export const evidence = `
ALTER TABLE keybound_credentials ADD COLUMN suspended_by TEXT;

CREATE TABLE keybound_evidence (
  realm TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  account TEXT NOT NULL,
  attestation_object BLOB NOT NULL,
  client_data_hash BLOB NOT NULL,
  ceremony TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  judged_at INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (realm, credential_id)
) STRICT, WITHOUT ROWID;
`
