import type { EpochSeconds } from '@keybound/protocol'
import type { Assertion, Operation, RecordAuthenticationResult } from './contract.ts'

/**
 * What a store remembers of transactions: statements that wait for approval, what was approved, payees, and effects
 * that are to be delivered. Part of `Store`, whose rules hold here.
 */
export interface TransactionStore {
  /** Keeps a transaction until it is approved or has expired. The same operation id gives the first one's id. */
  createTransaction(input: CreateTransaction): Promise<CreateTransactionResult>
  /** Also gives one that expired, until it is pruned; an approved one for ever. */
  findTransaction(realm: string, id: string): Promise<TransactionRecord | undefined>
  /** What limits an approval would be refused for now: the same that `approveTransaction` judges by. Writes nothing. */
  findExceededLimit(input: FindExceededLimit): Promise<ExceededLimit | undefined>
  /**
   * Commits an approval: uses up the challenge, stores the credential's counter and last use, marks the transaction,
   * keeps the receipt, remembers the payees, and either runs the effect in the same database transaction or keeps a
   * delivery. All or none. Refusals are judged in the order of the type.
   */
  approveTransaction(input: ApproveTransaction): Promise<ApproveTransactionResult>
  /** Leases deliveries that are due: nobody else gets them for `lease` seconds. Oldest first. */
  takeDeliveries(input: TakeDeliveries): Promise<readonly Delivery[]>
  /** Forgets a delivery that was made. Nothing happens when there is none. */
  finishDelivery(input: FinishDelivery): Promise<void>
}

/** A sum in minor units. */
export interface Money {
  /** ISO 4217. */
  readonly currency: string
  readonly minor: number
}

export interface TransactionRecord {
  /** 16 random bytes, base64url. Unique within the realm. */
  readonly id: string
  readonly account: string
  readonly type: string
  /** In its canonical text. */
  readonly statement: string
  /** 32 random bytes, base64url. */
  readonly nonce: string
  /** What it moves, or null when it moves nothing. */
  readonly money: Money | null
  /** Accounts that money goes to. */
  readonly payees: readonly string[]
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** Null until it is approved. */
  readonly approvedAt: EpochSeconds | null
  readonly credentialId: string | null
  readonly receipt: string | null
}

export interface CreateTransaction extends Operation {
  /** Not approved yet. */
  readonly transaction: TransactionRecord
  /** Most transactions of the account that may wait at once, this one included. */
  readonly openLimit: number
}

export type CreateTransactionResult =
  | { readonly outcome: 'created'; readonly id: string }
  | { readonly outcome: 'openLimitReached' }

/** What an account may move. Without `money` in the transaction neither limit is looked at. */
export interface ApprovalLimits {
  /** Most that may be approved in the transaction's currency since then, this one included. */
  readonly total?: { readonly since: EpochSeconds; readonly most: number }
  /**
   * A payee is new until it was first approved at `knownBefore` or earlier. Most that may be approved in the currency
   * since `since` in transactions that had a new payee, this one included.
   */
  readonly newPayees?: {
    readonly knownBefore: EpochSeconds
    readonly since: EpochSeconds
    readonly most: number
  }
}

/** A transaction that might be approved. */
export interface FindExceededLimit extends Pick<TransactionRecord, 'account' | 'money' | 'payees'> {
  readonly realm: string
  readonly limits: ApprovalLimits
}

export type ExceededLimit = 'limitExceeded' | 'payeeNew'

/**
 * The host's own change to the same database, run inside the transaction of the approval, after all has been judged.
 * Synchronous; must touch nothing but the database, and neither begin nor end a transaction, because it may be rolled
 * back and run again. What it throws refuses the approval with `transaction_refused` and undoes everything.
 * @param connection The store's own: of the SQLite store the database, of the memory store undefined.
 */
export type HostEffect = (connection: unknown) => void

export interface ApproveTransaction extends Assertion {
  readonly transaction: string
  readonly receipt: string
  readonly limits: ApprovalLimits
  /** Runs in the same database transaction. */
  readonly effect?: HostEffect
  /** Keeps a delivery, due at once. */
  readonly deliver: boolean
}

export type ApproveTransactionResult =
  | { readonly outcome: 'approved' }
  | {
      readonly outcome:
        | Exclude<RecordAuthenticationResult['outcome'], 'recorded'>
        /** Also when it belongs to another account. */
        | 'unknown'
        | 'settled'
        | 'expired'
        | ExceededLimit
    }

export interface TakeDeliveries {
  readonly realm: string
  readonly now: EpochSeconds
  /** Seconds until they are due again, if they are not finished by then. */
  readonly lease: number
  readonly most: number
}

export interface FinishDelivery {
  readonly realm: string
  readonly transaction: string
}

export interface Delivery {
  readonly transaction: TransactionRecord
  /** How often it has been taken, this time included. */
  readonly tries: number
}
