import { ownersPassword } from '../target/owner.ts'
import type { App } from '../target/virtual-target.ts'
import { readVaultKeys } from './vault-keys.ts'

/** The app with Keybound, on both systems. No token of it is worth anything elsewhere, so none is named. */
export const keyboundApps: readonly App[] = (['android', 'ios'] as const).map((system) => ({
  name: system === 'ios' ? 'Keybound on iOS' : 'Keybound',
  pattern:
    'A touch opens the vault in the secure world; the refresh token in it, bound to the phone, gives a token for minutes.',
  kind: 'keybound',
  system,
  hasKeys: true,
  typed: ownersPassword,
  keys: (phone, folder) => readVaultKeys(phone, system, folder),
}))
