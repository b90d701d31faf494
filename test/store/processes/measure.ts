import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CredentialRecord, Store } from '@keybound/server/store'
import { createMemoryStore } from '@keybound/server/store/memory'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { createSamples } from '../../../packages/server/src/store/conformance/internal/samples.ts'
import { configure } from '../../../packages/server/src/store/sqlite/internal/connection.ts'

// What recording an assertion costs against the cheapest durable commit: one row, one transaction, the same settings.
// Run it by hand: node --conditions=keybound-source test/store/processes/measure.ts [blocks]
// The sides take turns in small blocks, so that whatever else the machine does falls on all alike.

const blocks = Number(process.argv[2] ?? 15)
const perBlock = 192
const batch = 64
const keys = 5000
const folder = mkdtempSync(join(tmpdir(), 'keybound-measure-'))

const samples = createSamples()

/** Long random-looking ids, as real ones are: neighbours in time are no neighbours in the tables. */
const scattered = (text: string) =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url') + text

async function filled(store: Store): Promise<readonly CredentialRecord[]> {
  const inputs = Array.from({ length: keys }, (_, index) => {
    const input = samples.registration({ id: scattered(''), account: `account-${index}` })
    return { ...input, operationId: scattered('') }
  })
  await Promise.all(inputs.map((input) => store.registerCredential(input)))
  return inputs.map(({ credential }) => credential)
}

/** One block of a side; gives microseconds of CPU and of wall time for each operation. */
type Side = () => Promise<void>

function assertions(store: Store, credentials: readonly CredentialRecord[], together: number): Side {
  let at = 0
  const record = () => {
    at = (at + 1733) % credentials.length
    const input = samples.authentication(credentials[at] as CredentialRecord)
    return store.recordAuthentication({
      ...input,
      operationId: scattered(''),
      challenge: { ...input.challenge, hash: scattered('') },
      session: { ...input.session, tokenHash: scattered('') },
    })
  }
  return async () => {
    for (let done = 0; done < perBlock; done += together) {
      await Promise.all(Array.from({ length: together }, record))
    }
  }
}

function floor(): Side {
  const database = new DatabaseSync(join(folder, 'floor.db'))
  configure(database, 1000)
  database.exec('CREATE TABLE floor (id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID')
  const [begin, insert, commit] = ['BEGIN IMMEDIATE', 'INSERT INTO floor VALUES (?)', 'COMMIT'].map((sql) =>
    database.prepare(sql),
  )
  return async () => {
    for (let done = 0; done < perBlock; done++) {
      await new Promise<void>((resolve) =>
        setImmediate(() => {
          begin?.run()
          insert?.run(scattered(''))
          commit?.run()
          resolve()
        }),
      )
    }
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

const sqlite = createSqliteStore({ path: join(folder, 'keybound.db') })
const memory = createMemoryStore()
const [onDisk, inMemory] = [await filled(sqlite), await filled(memory)]
const sides: Readonly<Record<string, Side>> = {
  'bare commit': floor(),
  'sqlite, one by one': assertions(sqlite, onDisk, 1),
  [`sqlite, ${batch} at once`]: assertions(sqlite, onDisk, batch),
  'memory, one by one': assertions(memory, inMemory, 1),
}

const taken: Record<string, { cpu: number[]; wall: number[] }> = {}
for (let block = 0; block < blocks + 1; block++) {
  for (const [name, side] of Object.entries(sides)) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()]
    await side()
    const used = process.cpuUsage(cpu)
    taken[name] ??= { cpu: [], wall: [] }
    // The first block warms up.
    if (block === 0) continue
    taken[name].cpu.push((used.user + used.system) / perBlock)
    taken[name].wall.push(((performance.now() - wall) * 1000) / perBlock)
  }
}

const bare = taken['bare commit']
const report = Object.entries(taken).map(([side, { cpu, wall }]) => ({
  side,
  cpuMicroseconds: Math.round(median(cpu)),
  wallMicroseconds: Math.round(median(wall)),
  cpuAgainstBareCommit: Number(median(cpu.map((value, at) => value / (bare?.cpu[at] ?? 1))).toFixed(2)),
}))
console.log(JSON.stringify({ keys, blocks, perBlock, report }, null, 2))
await sqlite.close()
rmSync(folder, { recursive: true })
