/**
 * Test files that `npm test` leaves to `.ci/run`, which runs every one of them: the slowest, so that what a newcomer runs
 * first ends within five minutes on two processors. `npx vitest run` with a path runs them like any other.
 */
export const longTests: readonly string[] = [
  'apps/inspect/inspect.test.ts',
  'scripts/fuzz.test.ts',
  'test/attack-lab/attack-lab.test.ts',
  'test/bank-looks/keyboard.test.ts',
  'test/bank-looks/looks.test.ts',
  'test/bank/lock.test.ts',
  'test/bank/path.test.ts',
  'test/bank/refusals.test.ts',
  'test/bank/secrets.test.ts',
  'test/bank/settings.test.ts',
  'test/browser/hello-beyond.test.ts',
  'test/browser/payment.test.ts',
  'test/browser/token-payment.test.ts',
  'test/client/faults.test.ts',
  'test/packaging/packed.test.ts',
  'test/phone/escrow.test.ts',
  'test/phone/levels.test.ts',
  'test/react/react.test.ts',
  'test/server/kill.test.ts',
  'test/session/lost-answers.test.ts',
  'test/session/refresh-races.test.ts',
  'test/session/step-up.test.ts',
  'test/session/stolen.test.ts',
  'test/session/unlock.test.ts',
  'test/transactions/kill-outbox.test.ts',
  'test/transactions/kill-within.test.ts',
  'test/virtual-phone/conformance.test.ts',
  'test/virtual-phone/wrong-variants.test.ts',
]
