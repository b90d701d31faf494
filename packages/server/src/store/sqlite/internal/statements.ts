import type { SqliteDatabase, SqliteStatement, SqliteValue } from '../driver.ts'
import { evidenceSql } from './evidence-statements.ts'
import { noticeSql } from './notice-statements.ts'
import { transactionSql } from './transaction-statements.ts'

const credentialColumns = `id, account, public_key AS publicKey, name, level, platform, proof_jkt AS proofJkt,
  app_attest_key AS appAttestKey, probation_until AS probationUntil, expires_at AS expiresAt, suspended_by AS suspendedBy, sign_count AS signCount,
  backup_eligible AS backupEligible, backed_up AS backedUp, transports, aaguid, format,
  created_at AS createdAt, last_used_at AS lastUsedAt`

const familyColumns = `id, account, client_id AS clientId, credential_id AS credentialId, proof_jkt AS proofJkt,
  generation, rotated_proof_at AS rotatedProofAt, acr, auth_time AS authTime, created_at AS createdAt,
  last_active_at AS lastActiveAt, expires_at AS expiresAt, revoked_at AS revokedAt`

/**
 * Every statement the store runs, each prepared once per connection. Each finds its rows by a key or an index; a test
 * asks SQLite for the plans and refuses a scan.
 */
export const sql = {
  findOperation: 'SELECT result FROM keybound_operations WHERE realm = ? AND operation = ? AND id = ?',
  keepOperation:
    'INSERT INTO keybound_operations (realm, operation, id, result, expires_at) VALUES (?, ?, ?, ?, ?)',

  findUse: `SELECT operation, operation_id AS operationId
    FROM keybound_used WHERE realm = ? AND kind = ? AND hash = ?`,
  addUse: `INSERT INTO keybound_used (realm, kind, hash, expires_at, operation, operation_id)
    VALUES (?, ?, ?, ?, ?, ?)`,

  findCredential: `SELECT ${credentialColumns} FROM keybound_credentials WHERE realm = ? AND id = ?`,
  listCredentials: `SELECT ${credentialColumns} FROM keybound_credentials
    WHERE realm = ? AND account = ? ORDER BY position`,
  findCounter: `SELECT account, sign_count AS signCount FROM keybound_credentials
    WHERE realm = ? AND id = ?`,
  countCredentials: `SELECT count(*) AS held, coalesce(max(position), 0) AS lastPosition
    FROM keybound_credentials WHERE realm = ? AND account = ?`,
  findAppAttestKey: 'SELECT 1 FROM keybound_credentials WHERE realm = ? AND app_attest_key = ?',
  listGone: `SELECT id FROM keybound_credentials INDEXED BY keybound_credentials_account
    WHERE realm = ? AND account = ? AND (id = ? OR expires_at <= ?)`,
  addCredential: `INSERT INTO keybound_credentials (realm, id, account, position, public_key, name, level,
      platform, proof_jkt, app_attest_key, probation_until, expires_at, suspended_by, sign_count, backup_eligible, backed_up, transports,
      aaguid, format, created_at, last_used_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  useCredential: `UPDATE keybound_credentials SET sign_count = max(sign_count, ?), backed_up = ?,
      last_used_at = max(coalesce(last_used_at, 0), ?)
    WHERE realm = ? AND id = ?`,
  removeCredential: 'DELETE FROM keybound_credentials WHERE realm = ? AND id = ?',

  addSession: `INSERT INTO keybound_sessions
      (realm, token_hash, account, acr, auth_time, expires_at, credential_id)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  findSession: `SELECT token_hash AS tokenHash, account, acr, auth_time AS authTime, expires_at AS expiresAt,
      credential_id AS credentialId
    FROM keybound_sessions WHERE realm = ? AND token_hash = ?`,
  endSession: 'DELETE FROM keybound_sessions WHERE realm = ? AND token_hash = ?',
  // Left to itself SQLite takes the start of the primary key, and reads every session of the realm.
  endSessionsOf: `DELETE FROM keybound_sessions INDEXED BY keybound_sessions_account
    WHERE realm = ? AND account = ? AND credential_id = ? AND token_hash IS NOT ?`,
  endSessionsOfAccount: `DELETE FROM keybound_sessions INDEXED BY keybound_sessions_account
    WHERE realm = ? AND account = ?`,

  addFamily: `INSERT INTO keybound_families (realm, id, account, position, client_id, credential_id, proof_jkt,
      generation, rotated_proof_at, acr, auth_time, created_at, last_active_at, expires_at, revoked_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  lastFamilyPosition: `SELECT coalesce(max(position), 0) AS position FROM keybound_families
    WHERE realm = ? AND account = ?`,
  findFamily: `SELECT ${familyColumns} FROM keybound_families WHERE realm = ? AND id = ?`,
  listFamilies: `SELECT ${familyColumns} FROM keybound_families INDEXED BY keybound_families_account
    WHERE realm = ? AND account = ? AND revoked_at IS NULL ORDER BY position DESC`,
  rotateFamily:
    'UPDATE keybound_families SET generation = ?, rotated_proof_at = ? WHERE realm = ? AND id = ?',
  revokeFamily: `UPDATE keybound_families SET revoked_at = ?
    WHERE realm = ? AND id = ? AND revoked_at IS NULL`,
  revokeFamiliesOfCredential: `UPDATE keybound_families INDEXED BY keybound_families_credential SET revoked_at = ?
    WHERE realm = ? AND credential_id = ? AND revoked_at IS NULL`,
  revokeFamiliesOfDevice: `UPDATE keybound_families INDEXED BY keybound_families_credential SET revoked_at = ?
    WHERE realm = ? AND credential_id = ? AND account = ? AND revoked_at IS NULL`,
  revokeFamiliesOfAccount: `UPDATE keybound_families INDEXED BY keybound_families_account SET revoked_at = ?
    WHERE realm = ? AND account = ? AND revoked_at IS NULL`,
  touchFamily: `UPDATE keybound_families SET last_active_at = max(last_active_at, ?)
    WHERE realm = ? AND id = ?`,

  findProof: 'SELECT 1 FROM keybound_proofs WHERE realm = ? AND hash = ?',
  addProof: 'INSERT INTO keybound_proofs (realm, hash, expires_at) VALUES (?, ?, ?)',

  findBucket: `SELECT tries, last_try_at AS lastTryAt, forget_at AS forgetAt
    FROM keybound_attempts WHERE realm = ? AND key = ?`,
  saveBucket: `INSERT INTO keybound_attempts (realm, key, tries, last_try_at, forget_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (realm, key) DO UPDATE
      SET tries = excluded.tries, last_try_at = excluded.last_try_at, forget_at = excluded.forget_at`,
  removeBucket: 'DELETE FROM keybound_attempts WHERE realm = ? AND key = ?',

  findPassword: `SELECT account, username, display_name AS displayName, password_hash AS passwordHash
    FROM keybound_passwords WHERE realm = ? AND username = ?`,
  removePassword: 'DELETE FROM keybound_passwords WHERE realm = ? AND account = ?',
  addPassword: `INSERT INTO keybound_passwords (realm, username, account, display_name, password_hash)
    VALUES (?, ?, ?, ?, ?)`,

  addMark: 'INSERT INTO keybound_marks (mark) VALUES (?)',
  findMark: "SELECT mark FROM keybound_marks WHERE mark IN ('demo', 'production')",

  ...evidenceSql,
  ...noticeSql,
  ...transactionSql,

  pruneOperations: pruning('keybound_operations', 'realm, operation, id', 'expires_at'),
  pruneUses: pruning('keybound_used', 'realm, kind, hash', 'expires_at'),
  pruneSessions: pruning('keybound_sessions', 'realm, token_hash', 'expires_at'),
  pruneFamilies: pruning('keybound_families', 'realm, id', 'expires_at'),
  pruneProofs: pruning('keybound_proofs', 'realm, hash', 'expires_at'),
  pruneNotices: pruning('keybound_notices', 'realm, id', 'expires_at'),
  pruneNoticesDone: pruning('keybound_notices_done', 'realm, notice, reader', 'expires_at'),
  pruneBuckets: pruning('keybound_attempts', 'realm, key', 'forget_at'),
} as const

/** Deletes at most as many rows as the second value says, so that no transaction is long. */
function pruning(table: string, key: string, expiry: string): string {
  return `DELETE FROM ${table} WHERE (${key}) IN
    (SELECT ${key} FROM ${table} WHERE ${expiry} <= ? ORDER BY ${expiry} LIMIT ?)`
}

/** The statements of {@link sql}, prepared. */
export type Statements = { readonly [Name in keyof typeof sql]: SqliteStatement }

export function prepareStatements(database: SqliteDatabase): Statements {
  const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)])
  return Object.fromEntries(prepared) as Statements
}

/** The first row as the columns of the statement say, which is what the type parameter must repeat. */
export function rowOf<Row>(statement: SqliteStatement, ...values: SqliteValue[]): Row | undefined {
  return statement.get(...values) as Row | undefined
}

/** All rows, see {@link rowOf}. */
export function rowsOf<Row>(statement: SqliteStatement, ...values: SqliteValue[]): readonly Row[] {
  return statement.all(...values) as readonly Row[]
}
