import { fetchPart, partMissing } from '../failures.ts'
import { longestRequest } from '../limits.ts'
import type { Call } from './calls.ts'

/** Loads a part of the client when it is first needed, in a call. */
export function loadPart<T>(call: Call, load: () => Promise<T>): Promise<T> {
  return call.step(() => fetchPart(load), [longestRequest, partMissing])
}
