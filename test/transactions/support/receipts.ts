import type { ReceiptPayload } from '@keybound/protocol/transactions'
import type { KeyProvider } from '@keybound/server'

type Editable<T> = T extends object ? { -readonly [K in keyof T]: Editable<T[K]> } : T
/** The payload of a receipt, to be changed. */
export type Payload = Editable<ReceiptPayload>
export type Edit = (payload: Payload) => void

/** What a receipt says. */
export function payloadOf(receipt: string): Payload {
  return JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString())
}

/** The receipt with its payload changed and its signatures as they were. */
export function edited(receipt: string, edit: Edit): string {
  const [header, , signature] = receipt.split('.')
  const payload = payloadOf(receipt)
  edit(payload)
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}

/** The same, signed anew by the server's own key: what a server that lies could make. */
export async function resigned(
  keys: Pick<KeyProvider, 'sign'>,
  receipt: string,
  edit: Edit,
): Promise<string> {
  const [header, body] = edited(receipt, edit).split('.')
  const { kid } = JSON.parse(Buffer.from(header ?? '', 'base64url').toString())
  const signature = await keys.sign(kid, new TextEncoder().encode(`${header}.${body}`))
  return `${header}.${body}.${Buffer.from(signature).toString('base64url')}`
}
