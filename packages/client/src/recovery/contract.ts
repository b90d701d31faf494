import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import type { KeyHandle } from '../platform-vault.ts'
import type { DeviceVault } from '../unlock/device-vault.ts'
import type { Secure } from '../unlock/secure.ts'
import type { SecretInfo } from '../unlock/vault.ts'

/** What `vault.recover` found. */
export interface Recovered {
  /** Back in the vault. */
  readonly recovered: readonly SecretInfo[]
  /** What nothing brings back, as `vault.lost` tells it. */
  readonly lost: readonly SecretInfo[]
}

/** What a call of the vault works on: the account of now. */
export interface Found {
  readonly context: ClientContext
  readonly call: Call
  readonly secure: Secure
  readonly record: DeviceRecord
  readonly device: DeviceVault
}

/** Uses the key of the vault that `unlock` opens, by a touch where it is closed. */
export type UseOpened = (use: (opened: KeyHandle) => Promise<void>) => Promise<void>
