import { expect, test } from 'vitest'
import { sample } from '../../../../../test/support/sample.ts'
import { runHistory } from '../../../../../test/tokens/support/refresh-history.ts'

const histories = sample({ small: 10_000, large: 30_000, full: 300_000 })

test(`${histories} seeded histories of refresh, retry, crash, delay, theft and revocation keep the invariants`, () => {
  const seen: Record<string, number> = {}
  for (let seed = 1; seed <= histories; seed++) {
    for (const [outcome, times] of Object.entries(runHistory(seed))) {
      seen[outcome] = (seen[outcome] ?? 0) + times
    }
  }
  // A history that never meets a case proves nothing about it.
  for (const outcome of [
    'rotate',
    'repeat',
    'revoke keyMismatch',
    'revoke replayed',
    'refuse revoked',
    'refuse expired',
    'refuse superseded',
    'answer lost',
    'crash before sealing',
    'proof replayed',
    'honest device refreshed at the end',
  ]) {
    expect(seen[outcome], outcome).toBeGreaterThan(histories / 100)
  }
})
