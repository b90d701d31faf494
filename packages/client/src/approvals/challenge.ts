import { decodeBase64Url, type TransactionAnswer } from '@keybound/protocol'
import { transactionChallenge } from '@keybound/protocol/transactions'
import type { Platform } from '../platform.ts'

/** The challenge of a transaction, from the statement that is shown and never from the server. */
export function challengeOf(
  { sha256 }: Pick<Platform, 'sha256'>,
  { realm, account, nonce, statement }: TransactionAnswer,
): Promise<Uint8Array> {
  return transactionChallenge({ realm, account, nonce: decodeBase64Url(nonce), statement }, sha256)
}
