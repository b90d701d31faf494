import { KeyboundError } from '../errors/keybound-error.ts'

/** What a challenge of a transaction commits to. */
export interface TransactionBinding {
  readonly realm: string
  /** The host's id of the account. */
  readonly account: string
  /** 32 random bytes of the server, one transaction's only. */
  readonly nonce: Uint8Array
  /** The statement in its canonical text. */
  readonly statement: string
}

/** SHA-256 of the platform. */
export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array | Promise<Uint8Array>

const label = 'keybound/tx/v1'
const nonceLength = 32
const longestName = 1024

/**
 * The WebAuthn challenge of a transaction: SHA-256 over
 *
 *     "keybound/tx/v1" ‖ 00 ‖ len(realm) ‖ realm ‖ len(account) ‖ account ‖ nonce ‖ SHA-256(statement)
 *
 * with text as UTF-8, each `len` two bytes big-endian, the nonce 32 bytes. No two bindings have the same input: what
 * varies in length says how long it is. Vectors: docs/transactions.md.
 *
 * Refuses with `malformed_encoding` a nonce of another length, and realm or account beyond 1024 bytes.
 */
export async function transactionChallenge(
  { realm, account, nonce, statement }: TransactionBinding,
  sha256: Sha256,
): Promise<Uint8Array> {
  if (nonce.length !== nonceLength) throw refuse('length of the nonce', `${nonceLength} bytes`)
  const utf8 = new TextEncoder()
  const parts = [
    utf8.encode(`${label}\0`),
    ...prefixed(utf8.encode(realm)),
    ...prefixed(utf8.encode(account)),
    nonce,
    await sha256(utf8.encode(statement)),
  ]
  const input = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    input.set(part, at)
    at += part.length
  }
  return sha256(input)
}

function prefixed(text: Uint8Array): readonly Uint8Array[] {
  if (text.length > longestName) throw refuse('length of a name', `at most ${longestName} bytes`)
  return [Uint8Array.of(text.length >> 8, text.length & 255), text]
}

function refuse(found: string, expected: string): KeyboundError {
  return new KeyboundError(
    'malformed_encoding',
    `Unexpected ${found}, expected ${expected}. Check the transaction.`,
  )
}
