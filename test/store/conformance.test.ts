import { AssertionError } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { KeyboundError } from '@keybound/protocol'
import type { Store } from '@keybound/server/store'
import { type StoreCase, storeConformance } from '@keybound/server/store/conformance'
import { describe, expect, test } from 'vitest'
import { wrongWithAssertions } from './wrong/assertions.ts'
import { wrongWithAttempts } from './wrong/attempts.ts'
import { wrongWithCredentials } from './wrong/credentials.ts'
import { wrongWithEvidence } from './wrong/evidence.ts'
import { wrongWithFamilies } from './wrong/families.ts'
import { wrongWithHousekeeping } from './wrong/housekeeping.ts'
import { createNonAtomicStore } from './wrong/non-atomic.ts'
import { wrongWithNotices } from './wrong/notices.ts'
import { wrongWithOperations } from './wrong/operations.ts'
import { wrongWithPhones } from './wrong/phones.ts'
import { wrongWithRealms } from './wrong/realms.ts'
import { wrongWithSessions } from './wrong/sessions.ts'
import { wrongWithTransactions } from './wrong/transactions.ts'

// A suite is worth what it refuses: every case is failed by a store that is wrong on purpose.

const wrongStores = [
  ...wrongWithCredentials,
  ...wrongWithAssertions,
  ...wrongWithSessions,
  ...wrongWithOperations,
  ...wrongWithNotices,
  ...wrongWithPhones,
  ...wrongWithRealms,
  ...wrongWithAttempts,
  ...wrongWithFamilies,
  ...wrongWithEvidence,
  ...wrongWithHousekeeping,
  ...wrongWithTransactions,
]

/** Cases that only a store that reads and then writes fails: exactly what it gets wrong among racing callers. */
const failsWithoutAtomicity = [
  'takes an App Attest key for one of many registrations at once',
  'lets the latest of 64 judgements at once stand',
  'takes exactly the limit from 64 tries at once',
  'loses no try between clearing and taking',
  'gives a username that 64 accounts ask for at once to one of them',
  'lets one of 64 family starts at once use a challenge',
  'leaves no family alive of an account that was revoked among refreshes',
  'gives 64 refreshes at once the one successor',
  'ends a family once when 64 copies of its token come at once',
  'takes one of 64 uses of a proof at once',
  'approves a transaction once among 64 approvals at once',
  'holds an account to its limit among 64 approvals at once',
  'gives a delivery to one of 64 takers at once',
  'lets one of 64 assertions at once use a challenge',
  'lets one of 64 registrations at once use a challenge',
  'lets one of 64 registrations at once use a grant',
  'lets one of 64 registrations at once have a credential id',
  'holds an account to its limit among 64 registrations at once',
  'lets one of 64 assertions at once have a counter',
  'never lets the counter fall when assertions arrive in any order',
  'leaves no session of a credential that was removed among assertions',
  'removes a credential once among 64 removals at once',
]

/** Those of the cases that the store fails, by what it answers and not because the wrong store itself is broken. */
async function failedCases(open: () => Store, cases: readonly StoreCase[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of cases) {
    const store = open()
    try {
      await run(async (connections) => Array.from({ length: connections }, () => store))
    } catch (error) {
      if (!(error instanceof AssertionError || error instanceof KeyboundError)) throw error
      failed.push(name)
    }
  }
  return failed
}

describe('the conformance suite', () => {
  test('has cases of different names', () => {
    const names = storeConformance.map((each: StoreCase) => each.name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('fails a store that is not atomic in every race, and in nothing else', async () => {
    expect(await failedCases(createNonAtomicStore, storeConformance)).toEqual(failsWithoutAtomicity)
  })

  for (const { wrong, open, fails } of wrongStores) {
    test(`fails a store that ${wrong}`, async () => {
      const cases = storeConformance.filter(({ name }) => fails.includes(name))
      expect((await failedCases(open, cases)).toSorted()).toEqual([...fails].toSorted())
    })
  }

  test('runs under plain Node, without a test runner', () => {
    const script = `
      import { storeConformance } from '@keybound/server/store/conformance'
      import { createMemoryStore } from '@keybound/server/store/memory'
      for (const { run } of storeConformance) {
        const store = createMemoryStore()
        await run(async (connections) => Array.from({ length: connections }, () => store))
      }
      console.log(storeConformance.length)`
    const node = ['--conditions=keybound-source', '--input-type=module', '-e', script]
    const { stdout, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8' })
    expect([stdout.trim(), stderr]).toEqual([`${storeConformance.length}`, ''])
  })

  test('has no case that no wrong store fails', () => {
    const failed = new Set([...failsWithoutAtomicity, ...wrongStores.flatMap(({ fails }) => fails)])
    const untested = storeConformance.map(({ name }) => name).filter((name) => !failed.has(name))
    expect(untested).toEqual([])
  })
})
