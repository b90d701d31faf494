/** A password hash with what it was made with (PHC string format). */
export interface PasswordHash {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

const pattern =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43,86})$/

/** Writes `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, base64 without padding. */
export function formatPhc({ memory, passes, parallelism, salt, hash }: PasswordHash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`
}

/** Reads such a string, or undefined for any other, also one whose work would be out of bounds. */
export function parsePhc(text: string): PasswordHash | undefined {
  const [, memory, passes, parallelism, salt, hash] = pattern.exec(text) ?? []
  if (salt === undefined || hash === undefined) return undefined
  const parsed = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
  // The bounds of PasswordPolicy: a row that asks for more work was not written by us.
  const bounded = parsed.memory <= 1_048_576 && parsed.passes <= 16 && parsed.parallelism <= 16
  return bounded && parsed.memory >= 8 * parsed.parallelism ? parsed : undefined
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
