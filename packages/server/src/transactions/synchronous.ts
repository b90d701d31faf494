import { KeyboundError } from '@keybound/protocol'

/**
 * Refuses an async function as an effect within the database transaction, before it runs: what it does after its first
 * `await` would be kept although the approval is refused for it. Refuses with `configuration_invalid`.
 */
export function requireSynchronous(within: (...given: never[]) => unknown): void {
  if (Object.prototype.toString.call(within) !== '[object AsyncFunction]') return
  throw new KeyboundError(
    'configuration_invalid',
    'Unexpected async function within, expected a synchronous effect on the database. Use deliver for anything else.',
  )
}
