import type { Platform } from '../platform.ts'
import type { PlatformVault } from '../platform-vault.ts'

/** A platform with keys. */
export interface KeyPlatform extends Platform {
  readonly vault: PlatformVault
  /** The newest nonce of each origin (RFC 9449 §8.2), in memory; answers to `request` bring them. */
  readonly nonces: Map<string, string>
}

/** Makes one of a platform and its keys. */
export function withKeys(platform: Platform, vault: PlatformVault): KeyPlatform {
  const nonces: KeyPlatform['nonces'] = new Map()
  const request: Platform['request'] = async (sent, signal) => {
    const answer = await platform.request(sent, signal)
    noteNonce(nonces, sent.url, answer.header('dpop-nonce'))
    return answer
  }
  return Object.assign(Object.create(platform), { vault, nonces, request })
}

/** Notes the nonce that an answer came with, if any. */
export function noteNonce(nonces: KeyPlatform['nonces'], url: string, nonce: string | null): void {
  if (nonce) nonces.set(new URL(url).origin, nonce)
}
