import { hash } from 'node:crypto'
import { transactionChallenge } from '@keybound/protocol/transactions'
import type { TransactionRecord } from '../store/transaction-contract.ts'

/** The challenge of a transaction as the server keeps it, base64url. Computed anew whenever it is needed. */
export async function challengeOf(realm: string, transaction: TransactionRecord): Promise<string> {
  const { account, nonce, statement } = transaction
  const binding = { realm, account, nonce: Buffer.from(nonce, 'base64url'), statement }
  const challenge = await transactionChallenge(binding, (bytes) => hash('sha256', bytes, 'buffer'))
  return Buffer.from(challenge).toString('base64url')
}
