import { hash } from 'node:crypto'

/**
 * WebAuthn user handle of an account: SHA-256("keybound/user/v1" ‖ 0 ‖ realm ‖ 0 ‖ account), 32 bytes. Never the
 * account id itself, because authenticators show handles without verifying the user (WebAuthn L3 §14.6.1), and bound
 * to the realm. Never changes: credentials keep it for life.
 */
export function userHandleOf(realm: string, account: string): Buffer {
  return hash('sha256', `keybound/user/v1\0${realm}\0${account}`, 'buffer')
}
