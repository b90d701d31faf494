import { type ReceiptKey, type VerifiedReceipt, verifyReceipt } from '@keybound/attestation/receipt'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import { type CredentialJSON, type ErrorCode, KeyboundError } from '@keybound/web'
import { client } from './client.ts'

/** Money that came or went: minor units (cents), negative when it went; `at` in seconds since the Unix epoch. */
export interface Movement {
  readonly id: string
  readonly at: number
  readonly name: string
  readonly minor: number
  readonly reference: string
}

/** The user's account. */
export interface Account {
  readonly holder: string
  readonly number: string
  readonly currency: string
  readonly minor: number
  readonly movements: readonly Movement[]
  /** What the bank's policy lets a browser's key, a new key, and any key to a new payee move. */
  readonly limits: Readonly<Record<'W' | 'probation' | 'newPayee', Limit>>
}

/** Most of one payment and of all in a day, in minor units. */
export interface Limit {
  readonly each: number
  readonly total: number
}

/** What the user wants to pay. */
export interface Payment {
  readonly to: string
  readonly minor: number
  readonly reference: string
}

const refusals = [
  'balanceTooLow',
  'ownAccount',
  'text',
  'transaction_limit_exceeded',
  'transaction_payee_new',
  'transaction_open_limit_reached',
] as const

/** Why the bank does not even show a payment for approval. */
export type PaymentRefusal = (typeof refusals)[number] | 'other'

/** A device whose key may act for the account. Times in seconds since the Unix epoch. */
export type Device = CredentialJSON

/** What happened to the keys of the account on other devices. */
export interface DeviceNotice {
  readonly id: string
  readonly what: 'added' | 'removed'
  readonly name: string
  readonly at: number
}

/** Everything the app asks the bank and its Keybound server, beside signing in and approving. */
export const bank = {
  account: (): Promise<Account> => get('/api/account'),

  /** Prepares a payment; answers its id, or why it cannot be. Sent again with the same `operationId` it is the same. */
  async prepare(
    payment: Payment,
    language: string,
    operationId: string,
  ): Promise<{ readonly id: string } | { readonly refused: PaymentRefusal }> {
    const response = await client.fetch('/api/payments', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...payment, language, operationId }),
    })
    if (response.status === 401) throw await sessionOver()
    const answer = await readJson<{ readonly id?: string; readonly refused?: string }>(response)
    if (answer.id !== undefined) return { id: answer.id }
    const { refused = '' } = answer
    return { refused: refusals.find((known) => known === refused) ?? 'other' }
  },

  /** The client knows its own key also where the session is the password's, and the server cannot say which it is. */
  async devices(): Promise<readonly Device[]> {
    const { credentials } = await get<{ readonly credentials: readonly Device[] }>('/v1/credentials')
    const { account, accounts } = client.state
    const own = accounts.find((one) => one.account === account)?.credentialId
    return credentials.map((device) => ({ ...device, current: device.current || device.id === own }))
  },

  removeDevice: (id: string): Promise<void> => remove(`/v1/credentials/${encodeURIComponent(id)}`),

  async notices(): Promise<readonly DeviceNotice[]> {
    type Sent = Omit<DeviceNotice, 'what'> & { readonly type: string }
    const { notices } = await get<{ readonly notices: readonly Sent[] }>('/v1/notices')
    return notices.map(({ id, type, name, at }) => ({
      id,
      what: type === 'credentialRegistered' ? 'added' : 'removed',
      name,
      at,
    }))
  },

  acknowledge: (id: string): Promise<void> => remove(`/v1/notices/${encodeURIComponent(id)}`),

  endSessions: (): Promise<void> => remove('/v1/sessions'),

  /** Judges a receipt on this device, by the bank's public keys. Rejects when it is not what it says. */
  async verify(receipt: string): Promise<VerifiedReceipt> {
    const { keys } = await get<{ readonly keys: readonly ReceiptKey[] }>('/v1/receipts/keys')
    return verifyReceipt({ receipt, keys, crypto: createWebCrypto() })
  },
}

async function get<T>(path: string): Promise<T> {
  return readJson(await send(path, {}))
}

/** What stands between app and bank may answer a page of its own, or break off: no fault of the app. */
async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T
  } catch (cause) {
    const code = cause instanceof SyntaxError ? 'server_answer_invalid' : 'network_unreachable'
    throw new KeyboundError(code, 'The answer of the bank cannot be read.', { cause })
  }
}

async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE' })
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await client.fetch(path, init)
  if (response.ok) return response
  const { code = 'server_answer_invalid', detail = 'The answer of the bank cannot be read.' } =
    (await response.json().catch(() => ({}))) as { code?: ErrorCode; detail?: string }
  // A key that was to be removed and is gone already: another device was quicker.
  if (code === 'credential_unknown') return response
  if (response.status === 401) throw await sessionOver()
  throw new KeyboundError(code, detail)
}

const told = new Set<() => void>()

/** Calls the listener when the server has ended the session; answers the function that ends it. */
export function onSessionOver(listener: () => void): () => void {
  told.add(listener)
  return () => told.delete(listener)
}

/** The server ended the session: nothing of it is of use here any more. */
async function sessionOver(): Promise<KeyboundError> {
  for (const listener of told) listener()
  await client.signOut()
  return new KeyboundError('session_expired', 'You were signed out; sign in again.')
}
