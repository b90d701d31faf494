import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { approveAmong, fill } from './full-store.ts'

// What creating and approving a transaction costs the store, with so many accounts and approved transactions in it.
// Run it by hand: node --conditions=keybound-source test/store/processes/measure-transactions.ts [rows …]

const rounds = 300
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e3, 1e6]
const folder = mkdtempSync(join(tmpdir(), 'keybound-measure-'))

for (const rows of sizes) {
  const path = join(folder, `${rows}.db`)
  await createSqliteStore({ path }).close()
  fill(path, rows)
  const store = createSqliteStore({ path })
  for (let round = 0; round < 50; round++) await approveAmong(store, rows, rounds + round)
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) await approveAmong(store, rows, round)
  const { user, system } = process.cpuUsage(before)
  const megabytes = Math.round(statSync(path).size / 1e6)
  console.log(
    `${rows} rows (${megabytes} MB): ${Math.round((user + system) / rounds)} µs of CPU to create and approve`,
  )
  await store.close()
}
rmSync(folder, { recursive: true })
