import type { catalogue } from './catalogue.ts'

/** One of the closed list of codes; each has a page in docs/errors. */
export type ErrorCode = keyof typeof catalogue

/** What may accompany a {@link KeyboundError}. */
export interface KeyboundErrorOptions {
  /** Seconds to wait before trying again, when the code is about waiting. */
  readonly retryAfter?: number
  /** The rule that was broken, as the verifier names it, e.g. `WebAuthn L3 §7.2 step 15`. */
  readonly rule?: string
  /** The underlying failure. Native numbers stay readable here. Never sent over the wire. */
  readonly cause?: unknown
}

/**
 * The one error of Keybound. Switch on `code`; the message is for people and may change.
 * Every message says what was found, what was expected and what to do.
 */
export class KeyboundError extends Error {
  override readonly name: string = 'KeyboundError'
  readonly code: ErrorCode
  readonly retryAfter: number | undefined
  readonly rule: string | undefined

  constructor(code: ErrorCode, message: string, options: KeyboundErrorOptions = {}) {
    // Takes `cause` alone, and only where it is there.
    super(message, options)
    this.code = code
    this.retryAfter = options.retryAfter
    this.rule = options.rule
  }
}
