import type { CborMap } from '@keybound/protocol/encoding'
import { invalidStatement, type StatementVerdict } from './statement.ts'

/** None attestation (WebAuthn L3 §8.7): an empty statement, which proves nothing. */
export function verifyNone(statement: CborMap): StatementVerdict {
  if (statement.size !== 0) {
    throw invalidStatement(
      'WebAuthn L3 §8.7',
      `Unexpected ${statement.size} members, expected an empty statement.`,
    )
  }
  return { type: 'none', trustPath: [] }
}
