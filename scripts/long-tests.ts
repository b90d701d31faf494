/**
 * Test files that `npm test` leaves to `.ci/run`, which runs every one of them: each takes half a minute and more, and what
 * they look at is seen by a quicker one too, except in their corners. `npx vitest run` with a path runs them like any other.
 */
export const longTests: readonly string[] = [
  'scripts/fuzz.test.ts',
  'test/attack-lab/attack-lab.test.ts',
  'test/bank/lock.test.ts',
  'test/bank/refusals.test.ts',
  'test/bank/secrets.test.ts',
  'test/bank/settings.test.ts',
  'test/bank-looks/keyboard.test.ts',
  'test/bank-looks/looks.test.ts',
  'test/browser/token-payment.test.ts',
  'test/packaging/packed.test.ts',
  'test/server/kill.test.ts',
  'test/transactions/kill-outbox.test.ts',
  'test/transactions/kill-within.test.ts',
]
