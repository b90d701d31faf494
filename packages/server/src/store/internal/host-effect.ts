import { KeyboundError } from '@keybound/protocol'
import type { HostEffect } from '../transaction-contract.ts'

/**
 * Runs the host's change. What it throws becomes `transaction_refused`, unless `isOurs` says that the database failed
 * beneath it. A promise would settle after the commit, so it is refused: `configuration_invalid`.
 */
export function runHostEffect(
  effect: HostEffect | undefined,
  connection: unknown,
  isOurs: (error: unknown) => boolean,
): void {
  if (effect === undefined) return
  let result: unknown
  try {
    result = effect(connection)
  } catch (cause) {
    if (isOurs(cause)) throw cause
    throw new KeyboundError(
      'transaction_refused',
      'Unexpected refusal by the application, expected its part to be done. Nothing was changed; see the application.',
      { cause },
    )
  }
  if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') return
  throw new KeyboundError(
    'configuration_invalid',
    'Unexpected promise from within, expected a synchronous effect on the database. Use the outbox for anything else.',
  )
}
