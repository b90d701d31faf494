import { createHash } from 'node:crypto'
import type {
  ApprovalAnswer,
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  ProblemJSON,
  ReceiptKeysAnswer,
  SignInAnswer,
  TransactionAnswer,
} from '@keybound/protocol'
import { type FieldValue, parseStatement, transactionChallenge } from '@keybound/protocol/transactions'
import {
  type AmountLimit,
  type KeyboundServerOptions,
  standardTypes,
  type TransactionLimit,
} from '@keybound/server'
import type { AuthenticationKnobs } from '../../support/authenticator.ts'
import { type Caller, startWithAccounts } from '../../support/server.ts'

/** A policy with these limits in euro; where there is none, nothing moves. */
export function limitsOn(
  most: Partial<Record<'W' | 'probation' | 'newPayee', Omit<AmountLimit, 'currency'>>>,
) {
  const limits = Object.entries(most).map(([on, limit]) => ({ on, currency: 'EUR', ...limit }))
  return {
    newDevice: { limits: limits.filter(({ on }) => on === 'probation').map(({ on: _, ...limit }) => limit) },
    transactions: { limits: limits.filter(({ on }) => on !== 'probation') as TransactionLimit[] },
  }
}

/** Up to 100.00 EUR, five times over. */
export const common = { each: 10_000, total: 50_000 }
export const amounts = { W: common, probation: common, newPayee: common }
/** Limits that let a new web key pay that to a new payee. */
export const limits = limitsOn(amounts)

export const payee = { kind: 'payee', account: 'DE02120300000000202051', name: 'Grace Hopper' } as const

export function payment(minor = 4200, account = payee.account): Record<string, FieldValue> {
  return { amount: { kind: 'amount', currency: 'EUR', minor }, payee: { ...payee, account } }
}

/** A browser's authenticator, or a phone. */
export interface Signer {
  authenticate(options: AuthenticationOptionsJSON, knobs?: AuthenticationKnobs): AuthenticationResponseJSON
}

/** What a client does: computes the challenge from the statement it was given, and signs that. */
export async function signTransaction(
  authenticator: Signer,
  { realm, account, nonce, statement, options }: TransactionAnswer,
  knobs: AuthenticationKnobs = {},
): Promise<AuthenticationResponseJSON> {
  parseStatement(statement)
  const binding = { realm, account, nonce: Buffer.from(nonce, 'base64url'), statement }
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  const challenge = Buffer.from(await transactionChallenge(binding, sha256)).toString('base64url')
  return authenticator.authenticate({ ...options, challenge } as AuthenticationOptionsJSON, knobs)
}

/** Calls of a client that approves. */
export function createApprovals(call: Caller) {
  const fetchTransaction = (token: string, id: string) =>
    call<TransactionAnswer>('GET', `/v1/transactions/${id}`, { token })
  const postApproval = (token: string, id: string, response: AuthenticationResponseJSON) =>
    call<ApprovalAnswer & ProblemJSON>('POST', `/v1/transactions/${id}/approval`, {
      token,
      body: { response },
    })
  const approve = async (authenticator: Signer, token: string, id: string, knobs?: AuthenticationKnobs) => {
    const { json } = await fetchTransaction(token, id)
    return postApproval(token, id, await signTransaction(authenticator, json, knobs))
  }
  const receiptKeys = async () => (await call<ReceiptKeysAnswer>('GET', '/v1/receipts/keys')).json.keys
  return { fetchTransaction, postApproval, approve, receiptKeys }
}

/** A server with the standard types, and ada signed in with a key. */
export async function startBank(overrides: Partial<KeyboundServerOptions> = {}) {
  const bank = await startWithAccounts({
    policy: limits,
    transactions: { types: standardTypes },
    ...overrides,
  })
  const { authenticator } = bank
  const { signedIn: passwordSignIn, credential } = await bank.register(authenticator)
  const signedIn: SignInAnswer = await bank.authenticate(authenticator)
  let operations = 0
  const create = (fields: Record<string, FieldValue> = payment(), type = 'payment', account = bank.ada) =>
    bank.server.transactions.create({ account, type, fields, operationId: `operation ${++operations}` })
  return {
    ...bank,
    ...createApprovals(bank.call),
    create,
    credential,
    token: signedIn.session.token,
    passwordToken: passwordSignIn.session.token,
  }
}

export type Bank = Awaited<ReturnType<typeof startBank>>
