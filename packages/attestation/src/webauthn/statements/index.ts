import { verifyApple } from './apple.ts'
import { verifyFidoU2f } from './fido-u2f.ts'
import { verifyNone } from './none.ts'
import { verifyPacked } from './packed.ts'
import type { StatementVerifier } from './statement.ts'
import { verifyTpm } from './tpm/index.ts'

/** The verification procedure of each format (WebAuthn L3 §8), by its case-sensitive name. */
export const statementVerifiers: ReadonlyMap<string, StatementVerifier> = new Map<string, StatementVerifier>([
  ['none', verifyNone],
  ['packed', verifyPacked],
  ['tpm', verifyTpm],
  ['apple', verifyApple],
  ['fido-u2f', verifyFidoU2f],
])
