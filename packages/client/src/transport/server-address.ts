import { KeyboundError } from '@keybound/protocol'

/** `https://` anywhere, or `http://` on this device; then a path at most. */
const address = /^(https:\/\/[^\s/?#@]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(\/[^\s?#]*)?$/

/**
 * The server's address without trailing slashes. Refuses with `configuration_invalid` what is not absolute, carries a
 * user, query or fragment, or would send passwords in clear over a network (OWASP MASWE-0026).
 */
export function readServerAddress(server: string): string {
  if (!address.test(server)) {
    throw new KeyboundError(
      'configuration_invalid',
      `Unexpected option server “${server}”, expected https://… (or http://localhost). Set it.`,
    )
  }
  return server.replace(/\/+$/, '')
}
