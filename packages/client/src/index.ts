export {
  type Acr,
  type CredentialJSON,
  type ErrorCode,
  KeyboundError,
  type SessionJSON,
} from '@keybound/protocol'
export type {
  ApprovalResult,
  Approvals,
  ApprovalsOption,
  ConnectedApprovals,
  TransactionView,
} from './approvals/contract.ts'
export {
  type CallSignal,
  createKeyboundClient,
  type KeyboundClient,
  type KeyboundClientOptions,
} from './client.ts'
export type { CallName, CallTimings, ClientEvent } from './events.ts'
export type { LockOptions } from './lock/auto-lock.ts'
export type * from './platform.ts'
export type * from './platform-vault.ts'
export type { Recovered } from './recovery/bring-back.ts'
export type { PasswordCredentials } from './session/sign-in-with-password.ts'
export type { SignOutResult } from './session/sign-out.ts'
export type { ClientSession, ClientState, DeviceAccount, StateReason } from './state.ts'
export type { ConnectedTokens, OfflineOptions, SecureOptions } from './unlock/secure.ts'
export { type TokenSessions, tokenSessions } from './unlock/token-sessions.ts'
export type { Recovery, SecretInfo, SecretOptions, Vault } from './unlock/vault.ts'
