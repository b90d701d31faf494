import { attemptCases } from './cases/attempts.ts'
import { authenticationCases } from './cases/authentication.ts'
import { evidenceCases } from './cases/evidence.ts'
import { familyCases } from './cases/families.ts'
import { housekeepingCases } from './cases/housekeeping.ts'
import { noticeCases } from './cases/notices.ts'
import { operationCases } from './cases/operations.ts'
import { passwordCases } from './cases/passwords.ts'
import { phoneCases } from './cases/phones.ts'
import { proofCases } from './cases/proofs.ts'
import { raceCases } from './cases/races.ts'
import { realmCases } from './cases/realms.ts'
import { refreshCases } from './cases/refresh.ts'
import { registrationCases } from './cases/registration.ts'
import { removalCases } from './cases/removal.ts'
import { sessionCases } from './cases/sessions.ts'
import { transactionCases } from './cases/transactions.ts'
import type { StoreCase } from './internal/case.ts'

export type { OpenStores, StoreCase } from './internal/case.ts'

/**
 * What every {@link Store} must do, as plain named cases for any test runner. A case fails by rejecting, with an
 * `AssertionError` of `node:assert` that says what was expected.
 *
 * ```ts
 * for (const { name, run } of storeConformance) test(name, () => run(openStores))
 * ```
 *
 * The races run over several connections of one process; races between processes and the loss of power are beyond
 * what cases can arrange, and a store needs tests of its own for them.
 */
export const storeConformance: readonly StoreCase[] = [
  ...registrationCases,
  ...authenticationCases,
  ...phoneCases,
  ...removalCases,
  ...noticeCases,
  ...evidenceCases,
  ...sessionCases,
  ...operationCases,
  ...realmCases,
  ...attemptCases,
  ...passwordCases,
  ...familyCases,
  ...refreshCases,
  ...proofCases,
  ...transactionCases,
  ...raceCases,
  ...housekeepingCases,
]
