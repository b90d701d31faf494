import type { AssuranceLevel, Base64Url, EpochSeconds } from '@keybound/protocol'
import type { RenderedStatement, Statement } from '@keybound/protocol/transactions'
import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'

/** A transaction as its user sees it. Frozen all the way down; plain data, which may be kept and copied. */
export interface TransactionView {
  readonly id: Base64Url
  readonly status: 'open' | 'approved' | 'expired'
  /** What an approval signs. */
  readonly statement: Statement
  /**
   * What to show: title, rows, and all of it as `text`. Made from the statement alone, by what also words receipts, in
   * the language the statement was created in; every word of it is signed.
   */
  readonly shown: RenderedStatement
  /** Weakest level of a key that may approve it. */
  readonly level: AssuranceLevel
  readonly expiresAt: EpochSeconds
  /** Once it is approved. */
  readonly receipt?: string
}

/** What an approval gives. */
export interface ApprovalResult {
  /** Proof of what was approved, by which key and when: `keybound verify-receipt` reads it. */
  readonly receipt: string
}

/** Approvals as a part of their own: apps that leave it out, or have not needed it yet, do not load it. */
export interface Approvals {
  /** Used by the client. */
  readonly connectApprovals: (context: ClientContext) => ConnectedApprovals
}

/** How the client comes by its approvals: at once, or when they are first needed. */
export type ApprovalsOption = Approvals | (() => Promise<Approvals>)

/** The part in a client. */
export interface ConnectedApprovals {
  readonly show: (call: Call, id: string) => Promise<TransactionView>
  readonly approve: (call: Call, transaction: string | TransactionView) => Promise<ApprovalResult>
}
