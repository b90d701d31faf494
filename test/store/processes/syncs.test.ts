import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

// Whether commits are synced before they are acknowledged, from the system calls themselves.

const advice = 'Install strace (apt-get install strace) where processes may be traced (ptrace).'
const traceable = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0
if (!traceable) {
  if (process.env.CI) throw new Error(`Syncs cannot be counted without strace. ${advice}`)
  console.warn(`SKIPPED: syncs per commit are not counted. ${advice}`)
}

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keybound-syncs-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** What the writer did between its lines `begin` and `end`, in order. */
type Event = 'write to the log' | 'sync of the log' | 'acknowledgement' | 'refusal'

async function eventsOf(
  order: 'one by one' | 'together' | 'refused',
  commits: number,
  kind: 'synced' | 'unsynced' = 'synced',
): Promise<readonly Event[]> {
  const lines = await traceOf(join(folder, 'keybound.db'), order, `${commits}`, kind)
  return lines
    .slice(lines.findIndex(isBegin) + 1, lines.findIndex(isEnd))
    .flatMap((line) => eventIn(line) ?? [])
}

const isBegin = (line: string) => line.includes('"begin\\n"')
const isEnd = (line: string) => line.includes('"end\\n"')

/** The system calls of the writer's main thread, a line each. */
async function traceOf(...parameters: readonly string[]): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./sync-writer.ts', import.meta.url))
  const node = [process.execPath, '--conditions=keybound-source', script, ...parameters]
  // -ff: a file for each thread, so that no call is printed in two halves; -y: the files behind the descriptors.
  const strace = [
    '-ff',
    '-y',
    '-s',
    '64',
    '-e',
    'trace=write,pwrite64,fsync,fdatasync',
    '-o',
    join(folder, 'trace'),
  ]
  const run = spawnSync('strace', [...strace, ...node], { encoding: 'utf8' })
  expect([run.status, run.stderr]).toEqual([0, ''])
  const names = (await readdir(folder)).filter((name) => name.startsWith('trace.'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.map((text) => text.split('\n')).find((lines) => lines.some(isBegin)) ?? []
}

function eventIn(line: string): Event | undefined {
  if (/^write\(1<[^>]*>, "recorded \d+\\n"/.test(line)) return 'acknowledgement'
  if (/^write\(1<[^>]*>, "challengeUsed \d+\\n"/.test(line)) return 'refusal'
  if (/^pwrite64\(\d+<[^>]*keybound\.db-wal>/.test(line)) return 'write to the log'
  if (/^f(data)?sync\(\d+<[^>]*keybound\.db-wal>\)\s+= 0/.test(line)) return 'sync of the log'
  return undefined
}

function count(events: readonly Event[], kind: Event): number {
  return events.filter((event) => event === kind).length
}

/** Acknowledgements that came while something written to the log was not synced yet. */
function hasty(events: readonly Event[]): number {
  let unsynced = false
  let found = 0
  for (const event of events) {
    if (event === 'acknowledgement') found += unsynced ? 1 : 0
    else unsynced = event === 'write to the log'
  }
  return found
}

describe.skipIf(!traceable)('the syncs of the SQLite store', () => {
  test('are at least one for each commit that is asked by itself', async () => {
    const events = await eventsOf('one by one', 50)
    expect(count(events, 'acknowledgement')).toBe(50)
    expect(hasty(events)).toBe(0)
    const syncsBetween = events.join().split('acknowledgement').slice(0, 50)
    for (const between of syncsBetween) expect(between).toContain('sync of the log')
  })

  test('are shared by what is asked together, and still come before every acknowledgement', async () => {
    const events = await eventsOf('together', 200)
    expect(count(events, 'acknowledgement')).toBe(200)
    expect(hasty(events)).toBe(0)
    expect(count(events, 'write to the log')).toBeGreaterThan(0)
    const syncs = count(events, 'sync of the log')
    expect(syncs).toBeGreaterThanOrEqual(1)
    expect(syncs).toBeLessThanOrEqual(4)
  })

  test('are not spent on a refused caller, nor is a write', async () => {
    expect(await eventsOf('refused', 20)).toEqual(Array.from({ length: 20 }, () => 'refusal'))
  })

  test('cover a new folder and its entry in the folder above, before the first commit', async () => {
    const lines = await traceOf(join(folder, 'new', 'keybound.db'), 'one by one', '1', 'synced')
    const before = lines.slice(0, lines.findIndex(isBegin)).filter((line) => /^f(data)?sync/.test(line))
    for (const synced of [folder, join(folder, 'new')]) {
      expect(before).toContainEqual(expect.stringMatching(new RegExp(`<${synced}>\\)\\s+= 0`)))
    }
  })

  test('are missed by this test when a connection does without them', async () => {
    const events = await eventsOf('one by one', 10, 'unsynced')
    expect(count(events, 'acknowledgement')).toBe(10)
    expect(hasty(events)).toBe(10)
  })
})
