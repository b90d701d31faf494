import type { TransactionAnswer } from '@keybound/protocol'
import { descriptorOf } from '../credentials/credential-json.ts'
import type { TransactionContext } from './context.ts'
import { refusalOf } from './refusals.ts'
import { requiredLevel, satisfiesLevel } from './required-level.ts'
import { isSignedLately, type SignedSession } from './step-up.ts'

/** A transaction for its owner: what to show, and what to sign it with. `transaction_unknown` for everybody else. */
export async function showTransaction(
  { server, options }: TransactionContext,
  session: SignedSession,
  id: string,
): Promise<TransactionAnswer> {
  const { store, realm, relyingParty, now, policy } = server
  const { account } = session
  const transaction = await store.findTransaction(realm, id)
  if (transaction?.account !== account) throw refusalOf('unknown')
  const { statement, nonce, expiresAt, approvedAt, receipt, money } = transaction
  const type = Object.hasOwn(options.types, transaction.type) ? options.types[transaction.type] : undefined
  const level = type === undefined ? 'R' : requiredLevel(type, money)
  const credentials = await store.listCredentials(realm, account)
  const left = Math.max(0, expiresAt - now())
  return {
    id,
    status: approvedAt !== null ? 'approved' : left > 0 ? 'open' : 'expired',
    realm,
    account,
    statement,
    nonce,
    expiresAt,
    level,
    stepUp: !isSignedLately(session, now(), policy.transactions.sessionMaxAge),
    options: {
      rpId: relyingParty.id,
      timeout: left * 1000,
      allowCredentials: credentials.filter((one) => satisfiesLevel(one.level, level)).map(descriptorOf),
      userVerification: 'required',
    },
    ...(receipt === null ? {} : { receipt }),
  }
}
