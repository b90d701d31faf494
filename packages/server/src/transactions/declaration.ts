import type { AssuranceLevel, EpochSeconds } from '@keybound/protocol'
import type { FieldKind, FieldValue } from '@keybound/protocol/transactions'
import type { Money } from '../store/transaction-contract.ts'

/** What users of this server may be asked to approve, and what happens when they do. */
export interface TransactionOptions {
  /** By name: 1 to 32 of `a-z 0-9 . -`. `standardTypes` has four. */
  readonly types: Readonly<Record<string, TransactionType>>
  /**
   * The effect, in the database transaction of the approval: both are committed or neither. For a ledger in the same
   * database as the store; see `HostEffect` for what it may do. Either this, `deliver`, or neither: then the receipt is
   * all there is.
   * @param connection Of the SQLite store its database, of the memory store undefined.
   */
  readonly within?: (transaction: ApprovedTransaction, connection: unknown) => void
  /**
   * The effect, somewhere else. Called at least once for each approved transaction, until it returns without throwing:
   * it must know a transaction by its id and do nothing the second time.
   */
  readonly deliver?: (transaction: ApprovedTransaction) => void | Promise<void>
}

/** One type of transaction. */
export interface TransactionType {
  /** Kind of each field. At most one of them moves money (`amount` or `batch`). */
  readonly fields: Readonly<Record<string, FieldKind>>
  /** Fields that may be missing. Default: none. */
  readonly optional?: readonly string[]
  /** Wording by language (BCP 47), with a label for each field in the order in which they are shown. The first is the default. */
  readonly wording: Readonly<Record<string, TransactionWording>>
  /** Weakest level of a key that may approve it. */
  readonly level: AssuranceLevel
  /** Higher levels from some amounts on. A currency that is named nowhere needs the highest of them. */
  readonly levelsAbove?: readonly (Money & { readonly level: AssuranceLevel })[]
}

export interface TransactionWording {
  readonly title: string
  readonly labels: Readonly<Record<string, string>>
}

/** A transaction to be created by the host's backend, never by a client. */
export interface NewTransaction {
  readonly account: string
  readonly type: string
  readonly fields: Readonly<Record<string, FieldValue>>
  /** 1 to 128 characters, one for each intended transaction: asking again within a day gives the first one. */
  readonly operationId: string
  /** Of the user (BCP 47). Default, and where there is no wording in it: the first wording. */
  readonly language?: string
}

/** What the client is told the id of. */
export interface CreatedTransaction {
  readonly id: string
  readonly statement: string
  readonly expiresAt: EpochSeconds
}

/** What the host's effect is told: all of it from the statement that was signed. */
export interface ApprovedTransaction {
  readonly id: string
  readonly account: string
  readonly type: string
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly approvedAt: EpochSeconds
  readonly credentialId: string
  readonly receipt: string
}
