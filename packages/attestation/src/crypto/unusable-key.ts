import { AttestationError } from '../errors.ts'
import type { SignatureAlgorithm } from './port.ts'

/** What every port throws when it is asked to verify with a key that it cannot import for the algorithm. */
export function unusableKey(algorithm: SignatureAlgorithm): AttestationError {
  return new AttestationError(
    'public_key_invalid',
    'SEC 1 §3.2.2',
    `Unexpected public key, expected a valid key for ${algorithm}. Use a key of that type, or a runtime that knows it.`,
  )
}
