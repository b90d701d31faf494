import { type AssuranceLevel, KeyboundError } from '@keybound/protocol'
import { isOpenCredential, requireUnclosed } from '../credentials/require-open.ts'
import type { CredentialRecord } from '../store/contract.ts'
import type { TransactionRecord } from '../store/transaction-contract.ts'
import type { TransactionContext } from './context.ts'
import type { NewTransaction } from './declaration.ts'
import { moneyOf, payeesOf } from './facts.ts'
import { limitsOf } from './limits.ts'
import { requireOwn } from './require-own.ts'
import { requireType } from './require-type.ts'
import { requiredLevel, satisfiesLevel } from './required-level.ts'
import { checkWanted } from './statement-of.ts'

/** A transaction that might be created. */
export interface ForeseenTransaction extends Pick<NewTransaction, 'account' | 'type' | 'fields'> {
  /** The key that is going to sign. Default: whichever of the account is open and may. */
  readonly credentialId?: string | undefined
}

/** What the policy would refuse an approval for. */
export type ForeseenRefusal =
  | 'transaction_limit_exceeded'
  | 'transaction_payee_new'
  | 'transaction_level_insufficient'

/**
 * What an approval would be refused for now, so that a user is told before the touch; `undefined` when the policy has
 * nothing against it, and for an account without a key that is open. A forecast: the approval is judged anew. Refuses with
 * `transaction_type_unknown`, with `statement_value_unacceptable` what could not be created, and a named key as the approval would: `credential_unknown`, `credential_expired`, or the code
 * that it was suspended with.
 */
export async function foresee(
  context: TransactionContext,
  { account, type, fields, credentialId }: ForeseenTransaction,
): Promise<ForeseenRefusal | undefined> {
  const declared = requireType(context.options, type)
  checkWanted({ type, fields }, declared)
  const money = moneyOf(fields)
  const required = requiredLevel(declared, money)
  const asked = { account, required, money, payees: payeesOf(fields) }
  const keys = await keysOf(context, account, credentialId)
  const refusals = await Promise.all(keys.map((key) => refusalOf(context, asked, key)))
  return refusals.includes(undefined) ? undefined : refusals[0]
}

/** Those that could sign now. */
async function keysOf(
  context: TransactionContext,
  account: string,
  credentialId: string | undefined,
): Promise<readonly CredentialRecord[]> {
  const { server } = context
  if (credentialId === undefined) {
    const held = await server.store.listCredentials(server.realm, account)
    return held.filter((credential) => isOpenCredential(server, credential))
  }
  const named = requireOwn(await server.store.findCredential(server.realm, credentialId), account)
  requireUnclosed(server, named)
  return [named]
}

interface Asked extends Pick<TransactionRecord, 'account' | 'money' | 'payees'> {
  readonly required: AssuranceLevel
}

async function refusalOf(
  { server }: TransactionContext,
  { required, ...asked }: Asked,
  credential: CredentialRecord,
): Promise<ForeseenRefusal | undefined> {
  if (!satisfiesLevel(credential.level, required)) return 'transaction_level_insufficient'
  const { store, realm, policy, now } = server
  try {
    const limits = limitsOf(policy, credential, asked, now())
    const over = await store.findExceededLimit({ ...asked, realm, limits })
    return over && (over === 'payeeNew' ? 'transaction_payee_new' : 'transaction_limit_exceeded')
  } catch (error) {
    if (error instanceof KeyboundError && error.code === 'transaction_limit_exceeded') return error.code
    throw error
  }
}
