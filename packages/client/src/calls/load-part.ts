import { failure } from '../failures.ts'
import { longestRequest } from '../limits.ts'
import type { Call } from './calls.ts'

/** Browsers remember that a module could not be fetched, until the page is loaded anew. */
const partMissing = failure(
  'network_unreachable',
  'A part of this app cannot be reached; check your connection and load the page again.',
)

/**
 * Fetches a part of the app that most pages never need, when it is first needed. One that cannot be fetched is
 * `network_unreachable`; bundlers without parts of their own have it in the page already.
 */
export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw partMissing({ cause })
  }
}

/** Does so in a call. */
export function loadPart<T>(call: Call, load: () => Promise<T>): Promise<T> {
  return call.step(() => fetchPart(load), [longestRequest, partMissing])
}
