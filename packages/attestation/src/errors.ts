import { type ErrorCode, KeyboundError } from '@keybound/protocol'

/**
 * The one error of every verifier here. `code` is of the closed catalogue, `rule` names the clause that was broken,
 * for instance `WebAuthn L3 §7.2 step 15`. Messages are for people and may change; switch on `code`.
 */
export class AttestationError extends KeyboundError {
  override readonly name: string = 'AttestationError'
  override readonly rule: string

  constructor(code: ErrorCode, rule: string, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, { rule, ...options })
    this.rule = rule
  }
}

/**
 * Runs a reader and turns its refusal into the code of the part that was read, keeping the refusal as cause. The
 * reader's own rule is the more precise one, so it is appended.
 */
export function refusing<T>(code: ErrorCode, rule: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw refused(code, rule, cause)
  }
}

/** The refusal behind {@link refusing}, for readers on paths where a closure counts. Others' errors stay as they are. */
export function refused(code: ErrorCode, rule: string, cause: unknown): unknown {
  if (!(cause instanceof KeyboundError)) return cause
  const precise = cause.rule === undefined ? rule : `${rule}; ${cause.rule}`
  return new AttestationError(code, precise, cause.message, { cause })
}
