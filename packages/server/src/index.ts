export type { Accounts, NewAccount } from './accounts/accounts.ts'
export type { Devices, HostVoucher } from './devices/vouch.ts'
export type { EventContext, EventListener, ServerEvent } from './events/events.ts'
export { type EvidenceCode, evidenceCodes } from './evidence/codes.ts'
export type { EvidenceReview, JudgeAgainOptions, JudgedAgain } from './evidence/judge-again.ts'
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
export type { KeyboundServerOptions, PasswordFirstFactor, ServerTrust, TokenOptions } from './options.ts'
export { defaultPasswordPolicy, type PasswordPolicy } from './password/policy.ts'
export type { AppsPolicy, IosApplication, PhoneLevel } from './policy/apps.ts'
export {
  type AmountLimit,
  defaultPolicy,
  type NewDeviceProof,
  type PolicyOverrides,
  type ServerPolicy,
  type ThrottleLimit,
  type TransactionLimit,
} from './policy/policy.ts'
export { createKeyboundServer, type KeyboundServer } from './server.ts'
export type { ProtectOptions, TokenSessions } from './tokens/endpoint/tokens.ts'
export { type Caller, type Guard, type GuardVerdict, guarded } from './tokens/protect/guard.ts'
export type { Requirements } from './tokens/protect/requirements.ts'
export { defaultSessionLimits, type LimitsByAcr, type SessionLimits } from './tokens/refresh/limits.ts'
export type { Approval } from './transactions/approve.ts'
export type {
  ApprovedTransaction,
  CreatedTransaction,
  NewTransaction,
  TransactionOptions,
  TransactionType,
  TransactionWording,
} from './transactions/declaration.ts'
export type { ForeseenRefusal, ForeseenTransaction } from './transactions/foresee.ts'
export { standardTypes } from './transactions/standard-types.ts'
export type { Transactions } from './transactions/transactions.ts'
