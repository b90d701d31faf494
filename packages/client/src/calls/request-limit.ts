import { KeyboundError } from '@keybound/protocol'
import { longestRequest } from '../limits.ts'
import type { Limit } from './settle.ts'

/** Bounds every exchange with the server. */
export const requestLimit: Limit = {
  milliseconds: longestRequest,
  expired: () =>
    new KeyboundError(
      'network_unreachable',
      'The server cannot be reached; check your connection and try again.',
    ),
}
