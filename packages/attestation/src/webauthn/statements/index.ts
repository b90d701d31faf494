import { verifyNone } from './none.ts'
import { verifyPacked } from './packed.ts'
import type { StatementVerifier } from './statement.ts'

/** The verification procedure of each format (WebAuthn L3 §8), by its case-sensitive name. */
export const statementVerifiers: ReadonlyMap<string, StatementVerifier> = new Map<string, StatementVerifier>([
  ['none', verifyNone],
  ['packed', verifyPacked],
])
