import type { StatementFormat } from '../types.ts'
import { verifyAndroidKey } from './android-key.ts'
import { verifyApple } from './apple.ts'
import { verifyFidoU2f } from './fido-u2f.ts'
import { verifyNone } from './none.ts'
import { verifyPacked } from './packed.ts'
import { verifySafetyNet } from './safetynet.ts'
import type { StatementVerifier } from './statement.ts'
import { verifyTpm } from './tpm/index.ts'

/** The verification procedure of each format but `compound` (WebAuthn L3 §8), by its case-sensitive name. */
export const statementVerifiers: ReadonlyMap<string, StatementVerifier> = new Map<string, StatementVerifier>([
  ['none', verifyNone],
  ['packed', verifyPacked],
  ['tpm', verifyTpm],
  ['android-key', verifyAndroidKey],
  ['android-safetynet', verifySafetyNet],
  ['apple', verifyApple],
  ['fido-u2f', verifyFidoU2f],
])

/** Every format: those above, and `compound`, which is made of them. For who takes whatever comes, as `inspect` does. */
export const statementFormats = [...statementVerifiers.keys(), 'compound'] as readonly StatementFormat[]
