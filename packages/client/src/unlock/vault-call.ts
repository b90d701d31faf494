import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import type { KeyHandle } from '../platform-vault.ts'
import type { ManifestEntry } from '../vault/manifest.ts'
import type { DeviceVault, EarlierVault } from './device-vault.ts'
import type { ConnectedTokens } from './secure.ts'
import type { SecretInfo } from './vault.ts'

/**
 * A call of the vault under way, for the account of now. What a part needs that is loaded later is handed to it here: a
 * module that both import would be cut out of the page and loaded as a third.
 */
export interface VaultCall {
  readonly context: ClientContext
  readonly call: Call
  readonly secure: ConnectedTokens
  readonly record: DeviceRecord
  readonly device: DeviceVault
  /** Awaits work with the storage of the device. */
  readonly read: <T>(work: () => Promise<T>) => Promise<T>
  /** The same for work that is not left half done. */
  readonly keep: <T>(work: () => Promise<T>) => Promise<T>
  /** The token of the session in memory, or `not_signed_in`. */
  readonly session: () => string
  /** The secrets of a vault that are the app's. */
  readonly list: (vault: EarlierVault) => Promise<readonly SecretInfo[]>
  /** Refuses with `vault_locked`. */
  readonly requireUnlocked: () => void
  /** Uses a key of the vault: the one that is open, else by a touch. Nothing happens where the call may not prompt. */
  readonly withOpened: <T>(
    ask: ManifestEntry['ask'],
    use: (opened: KeyHandle) => Promise<T>,
  ) => Promise<T | undefined>
}
