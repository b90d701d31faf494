import type { RegistrationRequest } from '@keybound/protocol'
import type { DeviceRecord } from '../device/device-record.ts'
import type { VaultKeys } from '../platform-vault.ts'

/** A key was made and the server may or may not have registered it yet. In memory only; gone with the session. */
export interface PendingRegistration {
  /** What this device is to remember of it. */
  readonly record: Omit<DeviceRecord, 'order'>
  /** Of the vault that came with the key, where the platform could make one. */
  readonly keys: VaultKeys | undefined
  /** Sent again as it is: its operation id makes the server answer as it did the first time. */
  readonly request: Omit<RegistrationRequest, 'name'> & { readonly name: string | undefined }
}
