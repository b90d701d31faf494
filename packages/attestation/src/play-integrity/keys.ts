import { AttestationError } from '../errors.ts'
import { fromBase64 } from '../internal/bytes.ts'
import { parsePublicKeyInfo } from '../x509/public-key.ts'
import type { PlayIntegrityKeys } from './types.ts'

/**
 * Reads the two keys as the Play Console shows them, in base64. Refuses with `play_integrity_untrusted` what is no
 * AES-256 key and no P-256 key, so that a mix-up is seen at start.
 */
export function readPlayIntegrityKeys(keys: {
  readonly decryption: string
  readonly verification: string
}): PlayIntegrityKeys {
  const decryption = decode(keys.decryption)
  if (decryption?.length !== 32) throw unusable('decryption', 'an AES-256 key')
  const verification = decode(keys.verification)
  if (verification === undefined || !isP256(verification))
    throw unusable('verification', 'a P-256 public key')
  return { decryption, verification }
}

function decode(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text)
  } catch {
    return undefined
  }
}

function isP256(spki: Uint8Array): boolean {
  try {
    const key = parsePublicKeyInfo(spki)
    return key.kind === 'ec' && key.curve === 'p256'
  } catch {
    return false
  }
}

function unusable(name: string, expected: string): AttestationError {
  return new AttestationError(
    'play_integrity_untrusted',
    'Play Integrity, response encryption keys',
    `Unexpected ${name} key, expected ${expected} in base64. Copy it from the Play Console.`,
  )
}
