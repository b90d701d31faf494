import type { Operation, SingleUse, Store } from '../../contract.ts'
import type { Verdict } from '../../internal/verdict.ts'
import type { ApproveTransaction } from '../../transaction-contract.ts'
import type { SqliteDatabase } from '../driver.ts'
import * as evidence from './evidence-operations.ts'
import * as notices from './notice-operations.ts'
import { once, onceForChallenge } from './once.ts'
import * as operations from './operations.ts'
import type { Statements } from './statements.ts'
import * as tokens from './token-operations.ts'
import * as transactions from './transaction-operations.ts'

/** Runs the work inside a transaction that holds the write lock, and resolves once that is committed. */
export type Transact = <Result>(work: (run: Statements) => Result) => Promise<Result>

type Apply<Input, Result> = (run: Statements, input: Input) => Result

type Writes = Exclude<keyof Store, `find${string}` | `list${string}` | 'prune' | 'close'>

/** @param connection What the host's own change is given, inside the transaction of an approval. */
export function createWriteCalls(transact: Transact, connection: SqliteDatabase): Pick<Store, Writes> {
  /** Answers from what was kept under the id, or judges and keeps. */
  function kept<Input extends Operation, Result>(name: string, apply: Apply<Input, Verdict<Result>>) {
    return (input: Input) => transact((run) => once(run, name, input, apply))
  }

  /** The same for operations that use up a challenge; `done` is their result when they take effect. */
  function keptWithChallenge<
    Input extends Operation & { readonly challenge: SingleUse },
    Result extends { readonly outcome: string },
  >(name: string, apply: Apply<Input, Verdict<Result>>, done: Result) {
    return (input: Input) => transact((run) => onceForChallenge(run, name, input, apply, done))
  }

  /** For operations whose results need not be kept. */
  function unkept<Input, Result>(apply: Apply<Input, Result>) {
    return (input: Input) => transact((run) => apply(run, input))
  }

  return {
    registerCredential: keptWithChallenge('registerCredential', operations.registerCredential, {
      outcome: 'registered',
    }),
    recordAuthentication: keptWithChallenge('recordAuthentication', operations.recordAuthentication, {
      outcome: 'recorded',
    }),
    startFamily: keptWithChallenge('startFamily', tokens.startFamily, { outcome: 'recorded' }),
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
    approveTransaction: keptWithChallenge(
      'approveTransaction',
      (run, input: ApproveTransaction) => transactions.approveTransaction(run, input, connection),
      { outcome: 'approved' },
    ),
    takeDeliveries: unkept(transactions.takeDeliveries),
    finishDelivery: unkept(transactions.finishDelivery),
    openAs: unkept(operations.openAs),
  }
}
