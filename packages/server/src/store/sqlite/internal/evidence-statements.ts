const columns = `credential_id AS credentialId, account, attestation_object AS attestationObject,
  client_data_hash AS clientDataHash, ceremony, device, issued_at AS issuedAt, judged_at AS judgedAt, verdict`

/** Statements on evidence; part of `sql`, whose rules hold here. */
export const evidenceSql = {
  addEvidence: `INSERT INTO keybound_evidence (realm, credential_id, account, attestation_object, client_data_hash, ceremony,
      device, issued_at, judged_at, verdict)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  findEvidence: `SELECT ${columns} FROM keybound_evidence WHERE realm = ? AND credential_id = ?`,
  listEvidence: `SELECT ${columns} FROM keybound_evidence
    WHERE realm = ? AND credential_id > ? ORDER BY credential_id LIMIT ?`,
  judgeEvidence:
    'UPDATE keybound_evidence SET judged_at = ?, verdict = ? WHERE realm = ? AND credential_id = ?',
  judgeCredential: 'UPDATE keybound_credentials SET level = ?, suspended_by = ? WHERE realm = ? AND id = ?',
  removeEvidence: 'DELETE FROM keybound_evidence WHERE realm = ? AND credential_id = ?',
} as const
