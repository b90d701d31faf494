import type { ConformanceCase } from './case.ts'
import { errorCases } from './cases/error-cases.ts'
import { fileCases } from './cases/file-cases.ts'
import { integrityCases } from './cases/integrity-cases.ts'
import { invalidationCases } from './cases/invalidation-cases.ts'
import { keyCases } from './cases/key-cases.ts'
import { memoryCases } from './cases/memory-cases.ts'
import { promptCases } from './cases/prompt-cases.ts'
import { readBackCases } from './cases/read-back-cases.ts'
import { sensorCases } from './cases/sensor-cases.ts'
import { signingCases } from './cases/signing-cases.ts'
import { statementCases } from './cases/statement-cases.ts'
import { vaultCases } from './cases/vault-cases.ts'

/** Every case. An id is never given to another. */
export const cases: readonly ConformanceCase[] = [
  ...keyCases,
  ...readBackCases,
  ...signingCases,
  ...statementCases,
  ...sensorCases,
  ...promptCases,
  ...errorCases,
  ...invalidationCases,
  ...vaultCases,
  ...memoryCases,
  ...fileCases,
  ...integrityCases,
]
