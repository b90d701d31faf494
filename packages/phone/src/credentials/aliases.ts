import type { KeyRole } from '../hardware/secure-hardware.ts'

/** Begins the aliases of all keys of this package. */
export const aliasPrefix = 'keybound.'

/** Name of one key of a credential in the key store. */
export function aliasOf(credentialId: string, role: KeyRole): string {
  return `${aliasPrefix}${credentialId}.${role}`
}

/** The credential an alias belongs to. */
export function credentialOf(alias: string): string {
  return alias.slice(aliasPrefix.length, alias.lastIndexOf('.'))
}

/** All that a credential has. */
export const roles: readonly KeyRole[] = ['signing', 'sealing', 'proof']
