import { KeyboundError } from '@keybound/protocol'

/**
 * The refusal of every DER reader: code `malformed_encoding`, the rule names the clause of X.690. A verifier that
 * knows which part it was reading raises the code of that part with this as cause.
 */
export function malformedDer(rule: string, message: string): KeyboundError {
  return new KeyboundError('malformed_encoding', `${message} Send the bytes as they were made.`, { rule })
}
