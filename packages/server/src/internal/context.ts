import type { EpochSeconds } from '@keybound/protocol'
import type { ServerEvent } from '../events/events.ts'
import type { KeyProvider } from '../keys/contract.ts'
import type { ServerTrust } from '../options.ts'
import type { CeremonyOrigins } from '../phones/origins.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import type { Store } from '../store/contract.ts'
import type { Tickets } from '../ticket/tickets.ts'

/** What every capability of the server works with: the options, resolved and checked. */
export interface ServerContext {
  readonly publicUrl: string
  readonly realm: string
  readonly relyingParty: { readonly id: string; readonly name: string }
  readonly origins: CeremonyOrigins
  readonly store: Store
  readonly keys: KeyProvider
  readonly tickets: Tickets
  readonly policy: ServerPolicy
  readonly trust: ServerTrust
  /** Whole seconds. */
  readonly now: () => EpochSeconds
  readonly randomBytes: (length: number) => Uint8Array
  /** Adds time and realm and never throws. */
  readonly emit: (event: NewEvent) => void
}

/** An event without what the context adds. */
export type NewEvent = ServerEvent extends infer E
  ? E extends ServerEvent
    ? Omit<E, 'at' | 'realm'>
    : never
  : never

/** A fresh operation id: 128 random bits. Never derived from a request, which could then replay its first result. */
export function newOperationId(context: ServerContext): string {
  return Buffer.from(context.randomBytes(16)).toString('base64url')
}
