import { KeyboundError } from '../errors/keybound-error.ts'

/**
 * The refusal of every reader in this folder: code `malformed_encoding`, the rule names the clause that was broken.
 * A verifier that knows which part it was reading catches it and raises the code of that part with this as cause.
 */
export function malformed(rule: string, message: string): KeyboundError {
  return new KeyboundError('malformed_encoding', message, { rule })
}
