/**
 * Phones: where a credential lives, which proof key binds its tokens, which App Attest key vouched for it, when it ends by
 * itself; and the evidence for the keys that do not sign, as JSON. What was there before is of the web.
 */
export const phones = `
ALTER TABLE keybound_credentials ADD COLUMN platform TEXT NOT NULL DEFAULT 'web'
  CHECK (platform IN ('web', 'android', 'ios'));
ALTER TABLE keybound_credentials ADD COLUMN proof_jkt TEXT;
ALTER TABLE keybound_credentials ADD COLUMN app_attest_key TEXT;
ALTER TABLE keybound_credentials ADD COLUMN expires_at INTEGER;
CREATE UNIQUE INDEX keybound_credentials_app_attest ON keybound_credentials (realm, app_attest_key)
  WHERE app_attest_key IS NOT NULL;

ALTER TABLE keybound_evidence ADD COLUMN device TEXT;
`
