import { type CredentialDescriptorJSON, KeyboundError, type TransactionAnswer } from '@keybound/protocol'

/**
 * The keys that this device can be asked for: its own, if it is strong enough; else those that come to it (security
 * keys, a phone nearby). A device that knows of no key of its own may have any of them.
 *
 * Throws `transaction_level_insufficient` when there is none: a prompt could only time out.
 */
export function reachableKeys(
  { options: { allowCredentials }, level }: TransactionAnswer,
  ownId: string | undefined,
): readonly CredentialDescriptorJSON[] {
  const own = allowCredentials.filter(({ id }) => id === ownId)
  const roaming = allowCredentials.filter(
    ({ transports = [] }) => ownId === undefined || transports.some((transport) => transport !== 'internal'),
  )
  const reachable = own.length > 0 ? own : roaming
  if (reachable.length > 0) return reachable
  throw new KeyboundError(
    'transaction_level_insufficient',
    `This needs a key of level ${level}, and this device has none; approve it on another device, such as your phone.`,
  )
}
