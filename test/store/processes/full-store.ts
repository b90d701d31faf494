import { DatabaseSync } from 'node:sqlite'
import type { Store } from '@keybound/server/store'
import { createSamples, noon } from '../../../packages/server/src/store/conformance/internal/samples.ts'

/** Accounts with a key and a payment each, under ids that are scattered as real ones are. */
export function fill(path: string, rows: number): void {
  const database = new DatabaseSync(path)
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${rows})`
  const scattered = 'lower(hex(randomblob(11)))'
  database.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN;
    INSERT INTO keybound_credentials (realm, id, account, position, public_key, name, level, sign_count, backup_eligible,
      backed_up, transports, aaguid, format, created_at, last_used_at) SELECT 'realm', 'key-' || i, 'account-' || i, 1, zeroblob(77), 'Key', 'W', 0, 0, 0,
      '[]', '', 'none', 0, NULL FROM (${numbers} SELECT i FROM n);
    INSERT INTO keybound_transactions SELECT 'realm', ${scattered}, 'account-' || i, 'payment', hex(zeroblob(300)), 'nonce',
      'EUR', 1000, '["DE01"]', 0, 300, ${noon - 1000}, 'key-' || i, hex(zeroblob(600)), 0 FROM (${numbers} SELECT i FROM n);
    INSERT INTO keybound_evidence (realm, credential_id, account, attestation_object, client_data_hash, ceremony, device,
      issued_at, judged_at, verdict) SELECT 'realm', 'key-' || i, 'account-' || i, zeroblob(100), zeroblob(32), '{}', NULL,
      0, 0, '{}' FROM (${numbers} SELECT i FROM n);
    INSERT INTO keybound_payees SELECT 'realm', 'account-' || i, 'DE01', ${noon - 1000} FROM (${numbers} SELECT i FROM n);
    COMMIT`)
  database.close()
}

const samples = createSamples()
const limits = {
  total: { since: noon - 86_400, most: 1e12 },
  newPayees: { knownBefore: noon - 86_400, since: noon - 86_400, most: 1e12 },
}

/** Creates a transaction of one of so many accounts, another each round, and approves it as the server does for an attested key. */
export async function approveAmong(store: Store, rows: number, round: number): Promise<void> {
  const at = Math.floor((round * 0.618_034 * rows) % rows)
  const transaction = samples.transaction({ account: `account-${at}` })
  await store.createTransaction({ ...samples.operation(), transaction, openLimit: 5 })
  const key = samples.credential({ id: `key-${at}`, account: transaction.account })
  const approval = samples.approval(transaction, key, { limits, deliver: true })
  if ((await store.findEvidence('realm', key.id)) === undefined)
    throw new Error('Unexpected absence of evidence.')
  const { outcome } = await store.approveTransaction(approval)
  if (outcome !== 'approved') throw new Error(`Unexpected ${outcome}.`)
}
