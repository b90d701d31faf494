import { ownersPassword } from '../target/owner.ts'
import type { App } from '../target/virtual-target.ts'
import { readVaultKeys } from './vault-keys.ts'

/** The app with Keybound. No token of it is worth anything elsewhere, so none is named. */
export const keyboundApp: App = {
  name: 'Keybound',
  pattern:
    'A touch opens the vault in the secure world; the refresh token in it, bound to the phone, gives a token for minutes.',
  kind: 'keybound',
  hasKeys: true,
  typed: ownersPassword,
  keys: readVaultKeys,
}
