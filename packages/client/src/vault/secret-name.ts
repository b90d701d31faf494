import { KeyboundError } from '@keybound/protocol'
import { type Reader, unexpected } from '../read.ts'

/** Name of the sealed refresh token. */
export const refreshTokenName = 'keybound.refresh-token'

/** Most bytes of one secret. */
export const largestSecret = 16 * 1024 * 1024

/** A name as it lies in files; the reserved ones too. */
export const secretName: Reader<string> = (value, at) =>
  typeof value === 'string' && /^[a-z][a-z0-9._-]{0,63}$/.test(value) ? value : unexpected(at)

/** Refuses with `secret_invalid` what apps may not store. */
export function requireSecret(name: string, length = 0): void {
  if (/^(?!keybound\.)[a-z][a-z0-9._-]{0,63}$/.test(name) && length <= largestSecret) return
  throw new KeyboundError(
    'secret_invalid',
    'Unexpected name or size of a secret, expected a letter, then a-z 0-9 . _ - (64 in all), and 16 MiB at most. Rename or divide it.',
  )
}
