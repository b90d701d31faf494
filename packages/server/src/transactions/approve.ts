import { parseClientData, type VerifiedAuthentication } from '@keybound/attestation'
import {
  type ApprovalAnswer,
  type AuthenticationResponseJSON,
  type EpochSeconds,
  KeyboundError,
} from '@keybound/protocol'
import { type FieldValue, parseStatement } from '@keybound/protocol/transactions'
import { verifySignature } from '../authentication/verify-signature.ts'
import { requireOpenCredential } from '../credentials/require-open.ts'
import { newOperationId } from '../internal/context.ts'
import { issueReceipt } from '../receipts/issue-receipt.ts'
import { receiptEvidence } from '../receipts/receipt-evidence.ts'
import { userHandleOf } from '../registration/user-handle.ts'
import type { Assertion, CredentialRecord } from '../store/contract.ts'
import type { HostEffect, TransactionRecord } from '../store/transaction-contract.ts'
import { challengeOf } from './binding.ts'
import type { TransactionContext } from './context.ts'
import type { ApprovedTransaction } from './declaration.ts'
import { moneyOf, payeesOf } from './facts.ts'
import { limitsOf } from './limits.ts'
import { refusalOf } from './refusals.ts'
import { requireOwn } from './require-own.ts'
import { requiredLevel, satisfiesLevel } from './required-level.ts'
import { isSignedLately, type SignedSession } from './step-up.ts'

/** An approval as it arrives. */
export interface Approval {
  /** Id of the transaction. */
  readonly id: string
  /** Who sends it: the session of this server, or what the host's own session knows. */
  readonly session: SignedSession
  readonly response: AuthenticationResponseJSON
  /** Instead of the option `within`, for this approval. */
  readonly within?: (transaction: ApprovedTransaction, connection: unknown) => void
}

/**
 * Approves a transaction with a signature over it, and carries it out: effect (or delivery), receipt and everything
 * that makes it happen once are one commit. What is carried out is what the server kept and the user signed, never
 * anything the request says. Everything is judged before anything is written (attacks E05, F15).
 */
export async function approveTransaction(
  context: TransactionContext,
  approval: Approval,
): Promise<ApprovalAnswer> {
  const { server } = context
  const judged = await judge(context, approval)
  const { transaction, credential } = judged
  const approvedAt = server.now()
  const limits = limitsOf(server.policy, credential, transaction, approvedAt)
  const receipt = await receiptOf(context, judged, approval.response, approvedAt)
  const { outcome } = await server.store.approveTransaction({
    ...assertionOf(context, judged, approvedAt),
    transaction: transaction.id,
    receipt,
    limits,
    ...effectOf(context, approval, approvedOf(judged, approvedAt, receipt)),
  })
  if (outcome !== 'approved') throw refusalOf(outcome)
  context.deliverSoon()
  const { account, id, level } = credential
  server.emit({ type: 'transaction.approved', account, transaction: transaction.id, credentialId: id, level })
  return { receipt }
}

/** An approval of which everything is in order but what only the store knows. */
interface Judged {
  readonly transaction: TransactionRecord
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly challenge: string
  readonly credential: CredentialRecord
  readonly verified: VerifiedAuthentication
}

async function judge(context: TransactionContext, { id, session, response }: Approval): Promise<Judged> {
  const { realm, now, policy } = context.server
  requireSignedSession(session, now(), policy.transactions.sessionMaxAge)
  // Before the transaction: a copy that arrives while the first is committed must find it settled, and not a counter that
  // the first has raised, which would tell of a cloned key.
  const found = await context.server.store.findCredential(realm, response.id)
  const transaction = await requireOpen(context, id, session.account)
  const fields = requireUnchanged(transaction)
  const challenge = await requireSigned(realm, transaction, response)
  const credential = requireOwn(found, session.account)
  const userHandle = userHandleOf(realm, credential.account)
  const signed = { text: challenge, discoverable: false }
  const verified = await verifySignature(context.server, response, { ...credential, userHandle }, signed)
  requireOpenCredential(context.server, credential, verified)
  requireLevel(context, transaction, credential)
  return { transaction, fields, challenge, credential, verified }
}

async function receiptOf(
  { server, receiptKeys }: TransactionContext,
  { transaction, credential, verified }: Judged,
  { response }: AuthenticationResponseJSON,
  approvedAt: EpochSeconds,
): Promise<string> {
  const { realm, relyingParty, keys } = server
  const { origin } = verified
  const evidence = await receiptEvidence(server, credential, approvedAt)
  const facts = {
    realm,
    rpId: relyingParty.id,
    origin,
    transaction,
    credential,
    response,
    approvedAt,
    evidence,
  }
  return issueReceipt(facts, await receiptKeys(approvedAt), keys)
}

function assertionOf(
  { server }: TransactionContext,
  { transaction, challenge, credential, verified }: Judged,
  now: EpochSeconds,
): Assertion {
  return {
    realm: server.realm,
    operationId: newOperationId(server),
    now,
    // The challenge is a SHA-256 already.
    challenge: { hash: challenge, expiresAt: transaction.expiresAt },
    account: transaction.account,
    credentialId: credential.id,
    signCount: verified.signCount,
    acceptReplayedCount: server.policy.authentication.signCount === 'report',
    backedUp: verified.backedUp,
  }
}

function approvedOf(
  { transaction, fields, credential }: Judged,
  approvedAt: EpochSeconds,
  receipt: string,
): ApprovedTransaction {
  const { id, account, type } = transaction
  return { id, account, type, fields, approvedAt, credentialId: credential.id, receipt }
}

/** The host's own database change in the same commit, or a delivery that is kept in it. */
function effectOf(
  { options }: TransactionContext,
  { within = options.within }: Approval,
  approved: ApprovedTransaction,
): { readonly effect?: HostEffect; readonly deliver: boolean } {
  if (within === undefined) return { deliver: options.deliver !== undefined }
  return { effect: (connection) => within(approved, connection), deliver: false }
}

function requireSignedSession(session: SignedSession, now: EpochSeconds, maxAge: number): void {
  if (isSignedLately(session, now, maxAge)) return
  const found = session.acr === 'pwd' ? 'session of a password' : 'age of the sign-in'
  throw new KeyboundError(
    'step_up_required',
    `Unexpected ${found}, expected a sign-in with a key at most ${maxAge} seconds ago. Sign in with the key, then approve.`,
  )
}

async function requireOpen(
  { server }: TransactionContext,
  id: string,
  account: string,
): Promise<TransactionRecord> {
  const transaction = await server.store.findTransaction(server.realm, id)
  if (transaction?.account !== account) throw refusalOf('unknown')
  if (transaction.approvedAt !== null) throw refusalOf('settled')
  if (transaction.expiresAt <= server.now()) throw refusalOf('expired')
  return transaction
}

/** What the row says beside the statement must follow from the statement: limits and effect go by what was signed. */
function requireUnchanged(transaction: TransactionRecord): Readonly<Record<string, FieldValue>> {
  const statement = readStatement(transaction)
  const { fields } = statement
  const [told, kept] = [
    [statement.id, statement.type, statement.expiresAt, moneyOf(fields), payeesOf(fields)],
    [transaction.id, transaction.type, transaction.expiresAt, transaction.money, transaction.payees],
  ].map((facts) => JSON.stringify(facts))
  if (told !== kept) throw mismatch('row of the transaction')
  return fields
}

function readStatement({ statement }: TransactionRecord) {
  try {
    return parseStatement(statement)
  } catch (cause) {
    throw mismatch('statement in the store', cause)
  }
}

/** The challenge inside what was signed must be this transaction's, made anew from what the server keeps. */
async function requireSigned(
  realm: string,
  transaction: TransactionRecord,
  { response }: AuthenticationResponseJSON,
): Promise<string> {
  const challenge = await challengeOf(realm, transaction)
  const signed = parseClientData(Buffer.from(response.clientDataJSON, 'base64url'))
  if (signed.challenge !== challenge) throw mismatch('challenge')
  return challenge
}

function requireLevel(
  { options }: TransactionContext,
  transaction: TransactionRecord,
  { level }: CredentialRecord,
): void {
  const type = Object.hasOwn(options.types, transaction.type) ? options.types[transaction.type] : undefined
  // A type that was taken out of the options since needs more than anybody has.
  const required = type === undefined ? undefined : requiredLevel(type, transaction.money)
  if (required !== undefined && satisfiesLevel(level, required)) return
  throw new KeyboundError(
    'transaction_level_insufficient',
    `Unexpected level ${level} of the key, expected ${required ?? 'a declared type'}. Approve with a stronger key.`,
  )
}

function mismatch(what: string, cause?: unknown): KeyboundError {
  return new KeyboundError(
    'transaction_mismatch',
    `Unexpected ${what}, expected this transaction's. Fetch it again, and approve it only if it is what you meant.`,
    { cause },
  )
}
