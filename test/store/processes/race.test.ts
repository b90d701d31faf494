import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Store } from '@keybound/server/store'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSamples } from '../../../packages/server/src/store/conformance/internal/samples.ts'
import { sample } from '../../support/sample.ts'
import { type Caller, callTogether, startCallers } from './processes.ts'

// 64 calls at once from four processes on one file: 16 from each, released together.

const processes = 4
const callsEach = 16
const rounds = sample({ small: 8, large: 30, full: 200 })
const samples = createSamples()
let folder: string
let path: string
let callers: readonly Caller[]
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keybound-race-'))
  path = join(folder, 'keybound.db')
  // All four find no database and make it, together.
  callers = await startCallers(processes, path)
  store = createSqliteStore({ path })
})

afterAll(async () => {
  for (const caller of callers) await caller.end()
  await store.close()
  await rm(folder, { recursive: true })
})

type Operation =
  | 'approveTransaction'
  | 'recordAuthentication'
  | 'registerCredential'
  | 'takeAttempt'
  | 'removeCredential'

/** Every process makes its 16 calls with inputs that `make` makes; counts the outcomes. */
async function raceOn(
  name: Operation,
  make: () => unknown,
  among: readonly Caller[] = callers,
): Promise<Readonly<Record<string, number>>> {
  const answers = await callTogether(among, () =>
    Array.from({ length: callsEach }, () => [name, make()] as const),
  )
  const outcomes: Record<string, number> = {}
  for (const answer of answers as readonly (string | { outcome?: string; failed?: string })[]) {
    const outcome = typeof answer === 'string' ? answer : (answer.outcome ?? `failed: ${answer.failed}`)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  return outcomes
}

async function registered() {
  const registration = samples.registration()
  await store.registerCredential(registration)
  return registration.credential
}

describe('four processes on one database', () => {
  test('let one of 64 assertions use a challenge, round after round', async () => {
    const credential = await registered()
    for (let round = 0; round < rounds; round++) {
      const challenge = samples.singleUse()
      const outcomes = await raceOn('recordAuthentication', () =>
        samples.authentication(credential, { challenge }),
      )
      expect(outcomes).toEqual({ recorded: 1, challengeUsed: 63 })
    }
  })

  test('meet each other: a store that is atomic in one process alone lets several win', async () => {
    const naive = await startCallers(processes, join(folder, 'naive.db'), 'naive')
    const credential = samples.credential()
    const winners: number[] = []
    for (let round = 0; round < 8; round++) {
      const challenge = samples.singleUse()
      const make = () => samples.authentication(credential, { challenge })
      winners.push((await raceOn('recordAuthentication', make, naive)).recorded ?? 0)
    }
    for (const caller of naive) await caller.end()
    expect(Math.max(...winners)).toBeGreaterThan(1)
  })

  test('F02, F16: approve a transaction once among 64 approvals, whatever challenge each shows', async () => {
    const credential = await registered()
    const transaction = samples.transaction()
    await store.createTransaction({ ...samples.operation(), transaction, openLimit: 100 })
    const outcomes = await raceOn('approveTransaction', () => samples.approval(transaction, credential))
    expect(outcomes).toEqual({ approved: 1, settled: 63 })
  })

  test('hold 64 approvals of as many transactions to the limit of the account', async () => {
    const credential = await registered()
    const now = samples.operation().now + 1
    const money = { currency: 'CHF', minor: 1000 }
    const waiting = Array.from({ length: 64 }, () => samples.transaction({ money }))
    for (const transaction of waiting)
      await store.createTransaction({ ...samples.operation(), transaction, openLimit: 100 })
    const limits = { total: { since: now - 100, most: 10_500 } }
    const outcomes = await raceOn('approveTransaction', () =>
      samples.approval(waiting.pop() as (typeof waiting)[number], credential, { limits, now }),
    )
    expect(outcomes).toEqual({ approved: 10, limitExceeded: 54 })
  })

  test('let one of 64 registrations use a grant', async () => {
    const grant = samples.singleUse()
    const outcomes = await raceOn('registerCredential', () =>
      samples.registration({}, { grant, limit: 1000 }),
    )
    expect(outcomes).toEqual({ registered: 1, grantUsed: 63 })
  })

  test('hold an account to its limit', async () => {
    const outcomes = await raceOn('registerCredential', () =>
      samples.registration({ account: 'grace' }, { limit: 3 }),
    )
    expect(outcomes).toEqual({ registered: 3, limitReached: 61 })
    expect((await store.listCredentials('realm', 'grace')).length).toBe(3)
  })

  test('take exactly the limit from 64 tries', async () => {
    const budgets = [samples.budget({ limit: 20 }), samples.budget({ limit: 7 })]
    const outcomes = await raceOn('takeAttempt', () => ({ ...samples.operation(), budgets }))
    expect(outcomes).toEqual({ taken: 7, exhausted: 57 })
  })

  test('let one of 64 assertions have a counter', async () => {
    const credential = await registered()
    const outcomes = await raceOn('recordAuthentication', () =>
      samples.authentication(credential, { signCount: 1 }),
    )
    expect(outcomes).toEqual({ recorded: 1, signCountReplayed: 63 })
  })

  test('give one operation id one effect', async () => {
    const registration = samples.registration({ account: 'hedy' })
    expect(await raceOn('registerCredential', () => registration)).toEqual({ registered: 64 })
    expect(await store.listCredentials('realm', 'hedy')).toEqual([registration.credential])
  })

  test('leave no session of a credential that one of them removes', async () => {
    const credential = await registered()
    const inputs = Array.from({ length: 64 }, () => samples.authentication(credential))
    const removal = ['removeCredential', samples.removal(credential)] as const
    await callTogether(callers, (caller) => {
      const calls = inputs.slice(caller * callsEach, (caller + 1) * callsEach).map((input) => {
        return ['recordAuthentication', input] as const
      })
      return caller === 2 ? [...calls.slice(0, 8), removal, ...calls.slice(8)] : calls
    })
    for (const { session } of inputs) {
      expect(await store.findSession('realm', session.tokenHash)).toBeUndefined()
    }
  })

  test('do 64 different things at once without one being turned away', async () => {
    const outcomes = await raceOn('registerCredential', () =>
      samples.registration({ account: 'joan' }, { limit: 1000 }),
    )
    expect(outcomes).toEqual({ registered: 64 })
    const database = new DatabaseSync(path, { readOnly: true })
    const positions = database
      .prepare("SELECT position FROM keybound_credentials WHERE account = 'joan' ORDER BY position")
      .all()
    database.close()
    expect(positions.map(({ position }) => position)).toEqual(Array.from({ length: 64 }, (_, at) => at + 1))
  })
})
