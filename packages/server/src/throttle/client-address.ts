import { isWithin, type Network, parseAddress } from './address.ts'

/** Most hops that are looked at; a longer header is somebody's invention. */
const maxHops = 32

/**
 * The address of the client: that of the connection, or, when a configured proxy made it, the last address in
 * `X-Forwarded-For` that no configured proxy wrote. Addresses the client wrote itself lie further left and are
 * never reached.
 */
export function clientAddressOf(
  connection: string,
  forwardedFor: string | null,
  trustedProxies: readonly Network[],
): string {
  if (trustedProxies.length === 0 || forwardedFor === null) return connection
  const hops = forwardedFor.split(',').slice(-maxHops)
  let client = connection
  while (isTrusted(client, trustedProxies)) {
    const hop = hops.pop()?.trim()
    if (hop === undefined || parseAddress(hop) === undefined) return client
    client = hop
  }
  return client
}

function isTrusted(text: string, trustedProxies: readonly Network[]): boolean {
  const address = parseAddress(text)
  return address !== undefined && trustedProxies.some((proxy) => isWithin(address, proxy))
}
