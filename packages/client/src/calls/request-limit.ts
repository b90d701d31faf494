import { unreachable } from '../failures.ts'
import { longestRequest } from '../limits.ts'
import type { Limit } from './settle.ts'

/** Bounds every exchange with the server. */
export const requestLimit: Limit = [longestRequest, unreachable]
