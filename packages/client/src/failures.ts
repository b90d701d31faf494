import { type ErrorCode, KeyboundError, type KeyboundErrorOptions } from '@keybound/protocol'

/** Makes the error of one thing that can go wrong. */
export type Failure = (options?: KeyboundErrorOptions) => KeyboundError

/** What goes wrong, and what the user does then. */
export function failure(code: ErrorCode, message: string): Failure {
  return (options) => new KeyboundError(code, message, options)
}

/** The code of an error, when it is one of ours. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof KeyboundError ? error.code : undefined
}

/** No answer of the server. */
export const unreachable = failure(
  'network_unreachable',
  'The server cannot be reached; check your connection and try again.',
)

/** The app, or the system, ended the call. */
export const cancelled = failure('aborted', 'The call was cancelled; start it again.')

/** A prompt that gave nothing. */
export const promptRefused = failure(
  'prompt_refused',
  'The prompt was cancelled, timed out, or did not recognise you; try again, or sign in with the password.',
)

/** A prompt while another is open. */
export const promptBusy = failure('prompt_busy', 'Another prompt is open; finish or cancel it first.')

/** What every call rejects with: errors of ours as they are, others wrapped. */
export function asKeyboundError(cause: unknown): KeyboundError {
  if (cause instanceof KeyboundError) return cause
  const name = (cause as Partial<Error> | undefined)?.name ?? typeof cause
  const message = `The device failed (${name}); try again, or sign in with the password.`
  return new KeyboundError('platform_failed', message, { cause })
}
