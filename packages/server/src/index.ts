export type { Accounts, NewAccount } from './accounts/accounts.ts'
export type { EventContext, EventListener, ServerEvent } from './events/events.ts'
export type { ConnectionInfo, FetchHandler } from './http/app.ts'
export {
  type KeyAlgorithm,
  type KeyInfo,
  type KeyProvider,
  type KeyPurpose,
  keyAlgorithms,
  type PublicJwk,
} from './keys/contract.ts'
export { type FileKeysOptions, openFileKeys } from './keys/file/open-file-keys.ts'
export type { KeyboundServerOptions, PasswordFirstFactor } from './options.ts'
export { defaultPasswordPolicy, type PasswordPolicy } from './password/policy.ts'
export {
  defaultPolicy,
  type PolicyOverrides,
  type ServerPolicy,
  type ThrottleLimit,
} from './policy/policy.ts'
export { createKeyboundServer, type KeyboundServer } from './server.ts'
