import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { createSamples, noon } from '../../../packages/server/src/store/conformance/internal/samples.ts'

// What creating and approving a transaction costs the store, with so many accounts and approved transactions in it.
// Run it by hand: node --conditions=keybound-source test/store/processes/measure-transactions.ts [rows …]

const rounds = 300
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e3, 1e6]
const folder = mkdtempSync(join(tmpdir(), 'keybound-measure-'))
const samples = createSamples()
const limits = {
  total: { since: noon - 86_400, most: 1e12 },
  newPayees: { knownBefore: noon - 86_400, since: noon - 86_400, most: 1e12 },
}

/** Accounts with a key and a payment each, under ids that are scattered as real ones are. */
function fill(path: string, rows: number): void {
  const database = new DatabaseSync(path)
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${rows})`
  const scattered = 'lower(hex(randomblob(11)))'
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN;
    INSERT INTO keybound_credentials SELECT 'realm', 'key-' || i, 'account-' || i, 1, zeroblob(77), 'Key', 'W', 0, 0, 0,
      '[]', '', 'none', 0, NULL FROM (${numbers} SELECT i FROM n);
    INSERT INTO keybound_transactions SELECT 'realm', ${scattered}, 'account-' || i, 'payment', hex(zeroblob(300)), 'nonce',
      'EUR', 1000, '["DE01"]', 0, 300, ${noon - 1000}, 'key-' || i, hex(zeroblob(600)), 0 FROM (${numbers} SELECT i FROM n);
    INSERT INTO keybound_payees SELECT 'realm', 'account-' || i, 'DE01', ${noon - 1000} FROM (${numbers} SELECT i FROM n);
    COMMIT`)
  database.close()
}

for (const rows of sizes) {
  const path = join(folder, `${rows}.db`)
  await createSqliteStore({ path }).close()
  fill(path, rows)
  const store = createSqliteStore({ path })
  const approve = async (round: number) => {
    const at = Math.floor((round * 0.618_034 * rows) % rows)
    const transaction = samples.transaction({ account: `account-${at}` })
    await store.createTransaction({ ...samples.operation(), transaction, openLimit: 5 })
    const key = samples.credential({ id: `key-${at}`, account: transaction.account })
    const { outcome } = await store.approveTransaction(
      samples.approval(transaction, key, { limits, deliver: true }),
    )
    if (outcome !== 'approved') throw new Error(`Unexpected ${outcome}.`)
  }
  for (let round = 0; round < 50; round++) await approve(rounds + round)
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) await approve(round)
  const { user, system } = process.cpuUsage(before)
  const megabytes = Math.round(statSync(path).size / 1e6)
  console.log(
    `${rows} rows (${megabytes} MB): ${Math.round((user + system) / rounds)} µs of CPU to create and approve`,
  )
  await store.close()
}
rmSync(folder, { recursive: true })
