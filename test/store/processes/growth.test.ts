import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { sample } from '../../support/sample.ts'
import { approveAmong, fill } from './full-store.ts'

// What an approval reads from a store that is full. The plans of its statements are asserted beside the statements.

const counters = '/proc/thread-self/io'
const counted = existsSync(counters)
if (!counted) {
  if (process.env.CI) throw new Error('Pages read cannot be counted here. Run on Linux.')
  console.warn('SKIPPED: pages read per approval are not counted. Run on Linux.')
}

const pageSize = 4096
const approvals = 40
const rows = sample({ small: 20_000, large: 200_000, full: 1_000_000 })
const folder = mkdtempSync(join(tmpdir(), 'keybound-growth-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Bytes that the system calls of this thread have read so far (proc(5)). */
function bytesRead(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync(counters, 'utf8'))?.[1])
}

/** Pages that creating and approving one transaction reads, over a connection whose cache is cold, and the time it takes. */
async function costAmong(rows: number) {
  const path = join(folder, `${rows}.db`)
  await createSqliteStore({ path }).close()
  fill(path, rows)
  const store = createSqliteStore({ path })
  const cpu = process.cpuUsage()
  const before = bytesRead()
  for (let round = 0; round < approvals; round++) await approveAmong(store, rows, round)
  const pages = (bytesRead() - before) / pageSize / approvals
  const { user, system } = process.cpuUsage(cpu)
  await store.close()
  const all = statSync(path).size / pageSize
  return { pages, all, micros: Math.round((user + system) / approvals) }
}

describe.runIf(counted)('an approval in a full store', () => {
  test(
    `reads a few pages among 1,000 accounts and transactions, and a few more among ${rows}`,
    async ({ annotate }) => {
      const few = await costAmong(1_000)
      const many = await costAmong(rows)
      // All that is read is read through a key: nine trees, each at most four pages deep, when nothing is cached.
      expect(few.pages).toBeGreaterThan(1)
      expect(many.pages).toBeLessThan(40)
      expect(many.all).toBeGreaterThan(100 * many.pages)
      for (const [size, { pages, all, micros }] of [[1_000, few] as const, [rows, many] as const]) {
        await annotate(`${size} rows: ${pages.toFixed(1)} of ${all} pages read, ${micros} µs of CPU each`)
      }
    },
    sample({ small: 300_000, large: 300_000, full: 3_600_000 }),
  )
})
