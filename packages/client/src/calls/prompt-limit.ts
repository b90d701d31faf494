import { promptGrace } from '../limits.ts'
import { type Limit, limitOf } from './settle.ts'

/** Ends a prompt that its platform forgot to end: a little after the timeout the server gave it, in milliseconds. */
export function promptLimit(timeout: number): Limit {
  return limitOf(
    timeout + promptGrace,
    'prompt_refused',
    'The prompt was cancelled, timed out, or did not recognise you; try again, or sign in with the password.',
  )
}
