import { androidErrors } from './catalogue/android.ts'
import { appleErrors } from './catalogue/apple.ts'
import { clientErrors } from './catalogue/client.ts'
import { deviceErrors } from './catalogue/device.ts'
import { operationErrors } from './catalogue/operation.ts'
import { phoneErrors } from './catalogue/phone.ts'
import { playIntegrityErrors } from './catalogue/play-integrity.ts'
import { requestErrors } from './catalogue/request.ts'
import { sessionErrors } from './catalogue/session.ts'
import { tokenErrors } from './catalogue/token.ts'
import { transactionErrors } from './catalogue/transaction.ts'
import { vaultErrors } from './catalogue/vault.ts'
import { webauthnErrors } from './catalogue/webauthn.ts'

export type { CatalogueEntry } from './entry.ts'

/**
 * The closed list of error codes with what each means: one list for every platform. Codes are never renamed.
 * Apart from the main entry so that clients carry the names (types) without the prose.
 */
export const catalogue = {
  ...requestErrors,
  ...sessionErrors,
  ...webauthnErrors,
  ...androidErrors,
  ...appleErrors,
  ...deviceErrors,
  ...playIntegrityErrors,
  ...tokenErrors,
  ...transactionErrors,
  ...clientErrors,
  ...vaultErrors,
  ...phoneErrors,
  ...operationErrors,
} as const
