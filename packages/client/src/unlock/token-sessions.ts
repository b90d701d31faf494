import type { Emit } from '../events.ts'
import type { Platform } from '../platform.ts'
import type { StateStore } from '../state.ts'
import { type ConnectedTokens, connectTokens, type SecureOptions } from './secure.ts'

/** Sessions with tokens, vault and lock, as a part of its own: apps that leave it out do not load it. */
export interface TokenSessions {
  /** Used by the client. */
  readonly connect: (
    platform: Platform,
    server: string,
    state: StateStore,
    lock: () => void,
    emit: Emit,
  ) => ConnectedTokens
}

/** Makes the part for the option `tokens` of `createKeyboundClient`. */
export function tokenSessions(options: SecureOptions): TokenSessions {
  return { connect: (...client) => connectTokens(options, ...client) }
}
