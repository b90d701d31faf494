export type { EventContext, EventListener, ServerEvent } from './events/events.ts'
export {
  type KeyAlgorithm,
  type KeyInfo,
  type KeyProvider,
  type KeyPurpose,
  keyAlgorithms,
  type PublicJwk,
} from './keys/contract.ts'
export type { KeyboundServerOptions, PasswordFirstFactor } from './options.ts'
export { defaultPasswordPolicy, type PasswordPolicy } from './password/policy.ts'
export { defaultPolicy, type PolicyOverrides, type ServerPolicy, type ThrottleLimit } from './policy/policy.ts'
