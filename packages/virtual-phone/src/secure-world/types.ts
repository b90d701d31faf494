import type { Bytes } from '../channel/channel.ts'

/** Where a key lives. */
export type WorldLevel = 'software' | 'tee' | 'strongBox' | 'enclave'

/** Error codes of KeyMint (ErrorCode.aidl), as far as they occur here. */
export const keyMintError = {
  unsupportedPurpose: -2,
  incompatiblePurpose: -3,
  incompatiblePadding: -11,
  incompatibleDigest: -13,
  userNotAuthenticated: -26,
  invalidOperation: -28,
  verificationFailed: -30,
  tooManyOperations: -31,
  invalidKey: -33,
  invalidArgument: -38,
  hardwareTypeUnavailable: -68,
  incompatibleMgfDigest: -78,
  unknown: -1000,
} as const

/** What must be shown before a key works. */
export interface Authorisation {
  /** Secure ids, of the user or of a set of enrolled biometrics: a token must carry one of them. */
  readonly sids: readonly string[]
  /** Bits of HardwareAuthenticatorType: 1 password, 2 biometric. */
  readonly types: number
  /** Milliseconds for which one authentication is good; 0: each use needs its own. */
  readonly timeout: number
}

/** What a key may do. */
export interface KeyPolicy {
  readonly level: WorldLevel
  /** EC: P-256; RSA: 2048 bits. */
  readonly algorithm: 'EC' | 'RSA'
  /** `decrypt` is RSA-OAEP for RSA, Apple's ECIES for EC. */
  readonly purposes: readonly ('sign' | 'decrypt')[]
  readonly digests: readonly string[]
  readonly mgfDigests: readonly ('SHA-1' | 'SHA-256')[]
  /** null: works without. */
  readonly authorisation: Authorisation | null
}

/** What a chain is to say besides the policy. */
export interface AttestationRequest {
  readonly challenge: Bytes
  /** What the operating system says about the app: only as true as the system. */
  readonly packageName: string
  readonly appVersion: number
  readonly signers: readonly Bytes[]
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number
}

/** Proof that the sensor or the lock screen recognised somebody (HardwareAuthToken), authentic by its MAC. */
export interface AuthToken {
  /** Of the operation it was made for; `0` for none. */
  readonly challenge: string
  readonly userSid: string
  readonly authenticatorSid: string
  readonly type: 1 | 2
  /** Milliseconds since start. */
  readonly at: number
  readonly mac: Bytes
}

/** What the sensor made of a touch. */
export type TouchResult =
  /** A class 2 sensor recognises and proves nothing: no token. */
  | { readonly result: 'recognised'; readonly token: AuthToken | null }
  | { readonly result: 'refused' }
  | { readonly result: 'lockedOut' | 'lockedOutPermanently' }

export type Lockout = 'none' | 'lockedOut' | 'lockedOutPermanently'

/** What the secure world answers to: nothing else leads in. */
export interface SecureWorldCalls {
  'key.generate': (request: {
    readonly policy: KeyPolicy
    readonly attestation: AttestationRequest | null
  }) => { readonly key: string; readonly publicKey: Bytes; readonly chain: readonly Bytes[] }
  'key.delete': (request: { readonly key: string }) => null
  'operation.begin': (request: {
    readonly key: string
    readonly purpose: 'sign' | 'decrypt'
    readonly digest: string
    readonly mgfDigest: 'SHA-1' | 'SHA-256' | null
    /** Of an earlier authentication, for keys with a timeout. */
    readonly token: AuthToken | null
  }) => { readonly operation: string; readonly challenge: string }
  'operation.finish': (request: {
    readonly operation: string
    readonly bytes: Bytes
    readonly token: AuthToken | null
  }) => { readonly bytes: Bytes }
  'operation.abort': (request: { readonly operation: string }) => null
  /** How many operations are open. */
  'operation.count': (request: { readonly level: WorldLevel }) => { readonly open: number }

  'sensor.state': (request: Record<string, never>) => {
    readonly enrolled: readonly string[]
    /** Changes with every enrolment and removal; `0` while none is enrolled, or the sensor is of class 2. */
    readonly sid: string
    readonly lockout: Lockout
  }
  'sensor.enrol': (request: { readonly finger: string }) => null
  'sensor.remove': (request: { readonly finger: string }) => null
  'sensor.touch': (request: { readonly finger: string; readonly challenge: string }) => TouchResult
  /** As after failed tries; `none` ends a lockout by itself only in tests. */
  'sensor.lockOut': (request: { readonly lockout: Lockout }) => null

  'credential.state': (request: Record<string, never>) => {
    readonly sid: string
  }
  'credential.set': (request: { readonly on: boolean }) => null
  /** The right PIN, pattern or password: ends lockouts. */
  'credential.verify': (request: { readonly challenge: string }) => { readonly token: AuthToken | null }

  /** What the next attestation says about how the phone started. */
  'boot.set': (request: { readonly bootloader: 'locked' | 'unlocked' }) => null
}
