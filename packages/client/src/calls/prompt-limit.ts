import { KeyboundError } from '@keybound/protocol'
import { promptGrace } from '../limits.ts'
import type { Limit } from './settle.ts'

/** Ends a prompt that its platform forgot to end: a little after the timeout the server gave it, in milliseconds. */
export function promptLimit(timeout: number): Limit {
  return {
    milliseconds: timeout + promptGrace,
    expired: () =>
      new KeyboundError(
        'prompt_refused',
        'The prompt was cancelled, timed out, or did not recognise you; try again, or sign in with the password.',
      ),
  }
}
