import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { Store } from '@keybound/server/store'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../../support/sample.ts'
import { authentication, idOf, registration, type Step, success, take, tokenOf } from './crash-plan.ts'

/** How often a writer is killed. */
const rounds = sample({ small: 10, large: 40, full: 200 })
const secondsForRound = 5

let folder: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keybound-crash-'))
  path = join(folder, 'keybound.db')
})

afterAll(() => rm(folder, { recursive: true }))

/** What a writer said of one key before it died. */
interface Said {
  readonly asked: Set<Step>
  readonly done: Set<Step>
}

/** Runs a writer, kills it when it has had that many steps acknowledged, and gives what it had said. */
async function killedAfter(
  steps: number,
  writer: string,
  kind: 'honest' | 'lying' = 'honest',
): Promise<ReadonlyMap<number, Said>> {
  const script = fileURLToPath(new URL('./crash-writer.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=keybound-source', script, path, writer, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const said = new Map<number, Said>()
  let done = 0
  for await (const line of createInterface(child.stdout)) {
    const [word, step, number] = line.split(' ') as ['ask' | 'done' | 'wrong', Step, string]
    if (word === 'wrong') throw new Error(`The writer was refused: ${line}`)
    const key = said.get(Number(number)) ?? { asked: new Set(), done: new Set() }
    said.set(Number(number), key)
    key[word === 'ask' ? 'asked' : 'done'].add(step)
    if (word === 'done' && ++done === steps) child.kill('SIGKILL')
  }
  expect(await exited).toEqual([null, 'SIGKILL'])
  expect(done).toBeGreaterThanOrEqual(steps)
  return said
}

/** Judges one key: what was acknowledged is there, and what was only asked is there wholly or not at all. */
async function judgeKey(store: Store, writer: string, n: number, { asked, done }: Said): Promise<void> {
  const about = `key ${n} of ${writer}, asked ${[...asked]}, done ${[...done]}`
  const credential = await store.findCredential('realm', idOf(writer, n))
  const session = await store.findSession('realm', tokenOf(writer, n))
  if (done.has('register') && !asked.has('remove')) expect(credential, about).toBeDefined()
  if (done.has('remove')) expect([credential, session], about).toEqual([undefined, undefined])
  if (credential !== undefined) {
    const used = credential.lastUsedAt !== null
    const { credential: fresh } = registration(writer, n)
    expect(credential, about).toEqual(used ? { ...fresh, signCount: 1, lastUsedAt: fresh.createdAt } : fresh)
    expect(session, about).toEqual(used ? authentication(writer, n).session : undefined)
    if (done.has('authenticate')) expect(used, about).toBe(true)
  }
}

/** Asks the steps of one key again under their ids: each succeeds, whether or not it was committed. */
async function askAgain(store: Store, writer: string, n: number, { asked }: Said): Promise<void> {
  for (const step of ['register', 'authenticate', 'remove'] as const) {
    if (asked.has(step)) expect(await take(store, writer, step, n)).toBe(success[step])
  }
  const again = { ...authentication(writer, n), operationId: `again-${writer}-${n}` }
  if (asked.has('authenticate') && !asked.has('remove')) {
    expect((await store.recordAuthentication(again)).outcome).toBe('challengeUsed')
  }
}

/** Judges everything a writer said; then asks it all again, and finds each key once. */
async function judge(store: Store, writer: string, said: ReadonlyMap<number, Said>): Promise<void> {
  for (const [n, key] of said) await judgeKey(store, writer, n, key)
  await Promise.all([...said].map(([n, key]) => askAgain(store, writer, n, key)))
  const expected = [...said].filter(([, { asked }]) => !asked.has('remove')).map(([n]) => idOf(writer, n))
  const listed = await store.listCredentials('realm', writer)
  expect(listed.map(({ id }) => id).toSorted()).toEqual(expected.toSorted())
}

function expectSound(): void {
  const database = new DatabaseSync(path)
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  database.close()
}

describe(`a writer killed ${rounds} times in the middle of its work`, () => {
  test(
    'loses nothing that was acknowledged and doubles nothing that is asked again',
    async ({ annotate }) => {
      let acknowledged = 0
      for (let round = 0; round < rounds; round++) {
        const writer = `writer-${round}`
        // Every other round a second process has the database open all along.
        const witness = round % 2 === 1 ? createSqliteStore({ path }) : undefined
        // From the first steps to well over a hundred, in no rhythm with the writer's.
        const said = await killedAfter(1 + ((round * 37) % 150), writer)
        const store = witness ?? createSqliteStore({ path })
        await judge(store, writer, said)
        expectSound()
        await store.close()
        acknowledged += [...said.values()].reduce((sum, { done }) => sum + done.size, 0)
      }
      expect(acknowledged).toBeGreaterThan(rounds * 10)
      await annotate(`${rounds} writers killed, ${acknowledged} acknowledged steps found again`)
    },
    rounds * secondsForRound * 1000,
  )

  test('is found out when it acknowledged what it had not committed', async () => {
    const said = await killedAfter(30, 'liar', 'lying')
    const store = createSqliteStore({ path })
    await expect(judge(store, 'liar', said)).rejects.toThrow(/of liar, asked register/)
    await store.close()
  })
})
