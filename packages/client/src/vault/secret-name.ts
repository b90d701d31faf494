import { KeyboundError } from '@keybound/protocol'
import { matching } from '../read.ts'
import type { ManifestEntry } from './manifest.ts'

/** Name of the sealed refresh token. */
export const refreshTokenName = 'keybound.refresh-token'

/** Most bytes of one secret. */
export const largestSecret = 16 * 1024 * 1024

const pattern = /^[a-z][a-z0-9._-]{0,63}$/

/** Whether a name is not for apps. */
export function isReserved(name: string): boolean {
  return name.startsWith('keybound.')
}

/** A name as it lies in files; the reserved ones too. */
export const secretName = matching(pattern)

/**
 * Refuses with `secret_invalid` what apps may not store, `everyTime` in escrow too: the server would open without the prompt
 * what is to be opened by nothing else.
 */
export function requireSecret(
  name: string,
  length = 0,
  { ask, recovery }: Partial<Pick<ManifestEntry, 'ask' | 'recovery'>> = {},
): void {
  const named = pattern.test(name) && !isReserved(name)
  if (named && length <= largestSecret && !(ask === 'everyTime' && recovery === 'escrow')) return
  throw new KeyboundError(
    'secret_invalid',
    `Unexpected name, size or escrow of a secret, expected ${pattern.source}, 16 MiB at most, and no escrow with everyTime. Correct it.`,
  )
}
