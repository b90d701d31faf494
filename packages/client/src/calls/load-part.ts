import { longestRequest } from '../limits.ts'
import type { Call } from './calls.ts'
import { limitOf } from './settle.ts'

/**
 * Loads a part of the client that most pages never need, when it is first needed. One that cannot be fetched is
 * `network_unreachable`; bundlers without parts of their own have it in the page already.
 */
export async function loadPart<T>(call: Call, load: () => Promise<T>): Promise<T> {
  const fetched = () =>
    load().catch((cause: unknown) => {
      throw unreachable.expired({ cause })
    })
  return call.step(fetched, unreachable)
}

/** Browsers remember that a module could not be fetched, until the page is loaded anew. */
const unreachable = limitOf(
  longestRequest,
  'network_unreachable',
  'A part of this app cannot be loaded; check your connection and load the page again.',
)
