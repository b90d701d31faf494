import type { SecureHardware } from '@keybound/phone'
import type { VirtualCrypto } from '../crypto/port.ts'
import type { Fetch } from './http.ts'

/** Where a native module takes its surroundings from. */
export interface NativeSurroundings {
  readonly crypto: VirtualCrypto
  readonly fetch: Fetch
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>
}

/** An implementation of the contract, and what happens to it when its process ends. */
export interface NativeModule {
  readonly hardware: SecureHardware
  readonly processEnded: () => void
}
