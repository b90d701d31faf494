export {
  type AuthorityOptions,
  type AuthorityState,
  createVirtualAuthority,
  type VirtualAuthority,
} from './authority/authority.ts'
export { type Bytes, SystemFailure } from './channel/channel.ts'
export type { Port } from './channel/port.ts'
export { platformCrypto, type VirtualCrypto } from './crypto/port.ts'
export type { TimeSource } from './device-clock.ts'
export type { Fetch } from './native/http.ts'
export type {
  HardwareDelays,
  VirtualAndroidOptions,
  VirtualIosOptions,
  VirtualPhoneOptions,
} from './options.ts'
export type { PhoneEvent, ShownPrompt } from './phone-controls.ts'
export { phoneOverPort, type RemotePhone } from './remote-phone.ts'
export type { AndroidCalls } from './system/android/calls.ts'
export type { PlannedFailure, SensorChange, StoredFile, WatchedCall } from './system/controls.ts'
export type { FileStore } from './system/file-store.ts'
export type { IosCalls } from './system/ios/calls.ts'
export { VirtualPhone, virtualPhone } from './virtual-phone.ts'
export { type WorkerLike, workerPort } from './worker/worker-port.ts'
