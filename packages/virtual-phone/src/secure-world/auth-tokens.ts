import type { VirtualCrypto } from '../crypto/port.ts'
import type { AuthToken } from './types.ts'

/** Makes and checks tokens with a key that never leaves the secure world. */
export interface AuthTokens {
  readonly issue: (token: Omit<AuthToken, 'mac'>) => Promise<AuthToken>
  readonly isGenuine: (token: AuthToken) => Promise<boolean>
}

export function createAuthTokens({ subtle }: VirtualCrypto): AuthTokens {
  const key = subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  const bytesOf = ({ challenge, userSid, authenticatorSid, type, at }: Omit<AuthToken, 'mac'>) =>
    new TextEncoder().encode(JSON.stringify([challenge, userSid, authenticatorSid, type, at]))
  return {
    issue: async (token) => ({
      ...token,
      mac: new Uint8Array(await subtle.sign('HMAC', await key, bytesOf(token))),
    }),
    isGenuine: async (token) => subtle.verify('HMAC', await key, token.mac, bytesOf(token)),
  }
}
