import { type Operation, operationKeptFor, type Store } from '../../contract.ts'
import type { Verdict } from '../../internal/verdict.ts'
import * as evidence from './evidence-operations.ts'
import * as notices from './notice-operations.ts'
import * as operations from './operations.ts'
import { keyOf, type Realm } from './realm.ts'
import * as tokens from './token-operations.ts'
import * as transactions from './transaction-operations.ts'

/** Changes a realm in one turn of the event loop: nothing comes between. */
export type Change = <Result>(realm: string, work: (realm: Realm) => Result) => Promise<Result>

type Writes = Exclude<keyof Store, `find${string}` | `list${string}` | 'openAs' | 'prune' | 'close'>

export function createWriteCalls(change: Change): Pick<Store, Writes> {
  /** Answers from what was kept under the id, or judges and keeps. */
  function kept<Input extends Operation, Result>(
    name: string,
    apply: (realm: Realm, input: Input) => Verdict<Result>,
  ) {
    return (input: Input) =>
      change(input.realm, (realm) => {
        const key = keyOf(name, input.operationId)
        const before = realm.operations.get(key)
        if (before !== undefined) return before.result as Result
        const { result, kept } = apply(realm, input)
        if (kept) realm.operations.set(key, { result, expiresAt: input.now + operationKeptFor })
        return result
      })
  }

  /** For operations whose results need not be kept. */
  function unkept<Input extends { readonly realm: string }, Result>(
    apply: (realm: Realm, input: Input) => Result,
  ) {
    return (input: Input) => change(input.realm, (realm) => apply(realm, input))
  }

  return {
    registerCredential: kept('registerCredential', operations.registerCredential),
    recordAuthentication: kept('recordAuthentication', operations.recordAuthentication),
    startFamily: kept('startFamily', tokens.startFamily),
    recordJudgement: kept('recordJudgement', evidence.recordJudgement),
    removeCredential: kept('removeCredential', operations.removeCredential),
    startSession: kept('startSession', operations.startSession),
    endSession: kept('endSession', operations.endSession),
    takeAttempt: kept('takeAttempt', operations.takeAttempt),
    clearAttempts: kept('clearAttempts', operations.clearAttempts),
    savePassword: kept('savePassword', operations.savePassword),
    rotateRefreshToken: unkept(tokens.rotateRefreshToken),
    revokeFamilies: unkept(tokens.revokeFamilies),
    recordActivity: unkept(tokens.recordActivity),
    acknowledgeNotice: unkept(notices.acknowledgeNotice),
    useProof: unkept(tokens.useProof),
    createTransaction: kept('createTransaction', transactions.createTransaction),
    approveTransaction: kept('approveTransaction', transactions.approveTransaction),
    takeDeliveries: unkept(transactions.takeDeliveries),
    finishDelivery: unkept(transactions.finishDelivery),
  }
}
