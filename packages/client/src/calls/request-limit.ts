import { longestRequest } from '../limits.ts'
import { limitOf } from './settle.ts'

/** Bounds every exchange with the server. */
export const requestLimit = limitOf(
  longestRequest,
  'network_unreachable',
  'The server cannot be reached; check your connection and try again.',
)
