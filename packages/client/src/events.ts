import type { ErrorCode } from '@keybound/protocol'
import { tell } from './tell.ts'

/**
 * The calls that telemetry tells apart; `start` is the reading of the device's records when a client is made, `refresh`
 * the exchange of a refresh token, for whichever call.
 */
export type CallName =
  | 'start'
  | 'signInWithPassword'
  | 'signIn'
  | 'unlock'
  | 'register'
  | 'unregister'
  | 'signOut'
  | 'stepUp'
  | 'refresh'
  | 'vault'
  | 'transaction'
  | 'approve'

/** How long a call took and how often it prompted. */
export interface CallTimings {
  /** From the call to its end, in milliseconds. */
  readonly milliseconds: number
  /** The part of it that a prompt was open. */
  readonly promptMilliseconds: number
  /** Prompts shown; never above 1. */
  readonly prompts: number
}

/**
 * What happened, for telemetry: codes and timings. Carries no secret, no account and no message.
 *
 * - `completed`, `failed`: a call ended.
 * - `lockedOut`: the server asks to wait, `retryAfter` seconds when it said how long.
 * - `invalidated`: the credential of this device is no longer good and its record was dropped.
 * - `storageFailed`: the device did not keep or read a record or a refresh token; the call went on without it.
 */
export type ClientEvent =
  | ({ readonly type: 'completed'; readonly call: CallName } & CallTimings)
  | ({ readonly type: 'failed'; readonly call: CallName; readonly code: ErrorCode } & CallTimings)
  | { readonly type: 'lockedOut'; readonly call: CallName; readonly retryAfter: number | undefined }
  | { readonly type: 'invalidated'; readonly call: CallName; readonly reason: 'revoked' }
  | { readonly type: 'storageFailed'; readonly call: CallName }

/** Makes the function that tells the app; telemetry that throws never changes how a call ends. */
export function createEmitter(listener: ((event: ClientEvent) => void) | undefined): Emit {
  return (event) => tell(() => listener?.(Object.freeze(event)))
}

/** Tells the app what happened. */
export type Emit = (event: ClientEvent) => void
