import type {
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  Base64Url,
  KeyboundError,
  RegistrationOptionsJSON,
  RegistrationRequest,
  RegistrationResponseJSON,
} from '@keybound/protocol'
import type { StateReason } from './state.ts'

/** What a device can show a server, in the terms of the design's table of platforms; policies use the same words. */
export interface PlatformProperties {
  /** Can the hardware be proven to the server? */
  readonly hardwareProven: 'always' | 'byApp' | 'ifAuthenticatorAttests' | 'no'
  /** Is every use guarded by a biometric and nothing weaker? */
  readonly biometricOnly: 'proven' | 'enforced' | 'no'
  /** Does the key die when another finger or face is enrolled? */
  readonly diesOnEnrolmentChange: 'enforced' | 'no'
  /** Does the key stay on this device? `ifNotBackedUp`: only while BE = 0. */
  readonly deviceBound: 'yes' | 'ifNotBackedUp'
  readonly appIdentity: 'attestedWithKey' | 'appAttest' | 'origin'
  /** Can secrets be sealed without a prompt? */
  readonly sealing: 'withoutPrompt' | 'none'
}

/** Why a browser cannot offer biometric sign-in now. */
export type WebUnavailableReason =
  | 'insecureContext'
  | 'noWebAuthn'
  | 'noPlatformAuthenticator'
  | 'storageBlocked'

/** Why a phone cannot. `softwareOnly`: keys would not live in hardware, as on a simulator or a broken device. */
export type PhoneUnavailableReason =
  | 'noHardware'
  | 'unavailable'
  | 'notEnrolled'
  | 'weakOnly'
  | 'permissionDenied'
  | 'passcodeNotSet'
  | 'lockedOut'
  | 'lockedOutPermanently'
  | 'securityUpdateRequired'
  | 'softwareOnly'

/** Why biometric sign-in cannot be offered now. */
export type UnavailableReason = WebUnavailableReason | PhoneUnavailableReason

/** What this device can do now. Advice for what to offer; the ceremony itself is the truth. */
export type Availability =
  | { readonly available: true; readonly properties: PlatformProperties }
  | {
      readonly available: false
      readonly reason: UnavailableReason
      /** One sentence for people: what is missing and what to do. */
      readonly explanation: string
      readonly properties: PlatformProperties
    }

/** A new key, and what goes to the server with it. */
export interface PlatformRegistration extends Pick<RegistrationRequest, 'device' | 'replaces'> {
  readonly response: RegistrationResponseJSON
}

/** Small durable records of one app on one device. Never holds a secret in clear. Rejects `storage_failed`. */
export interface PlatformStorage {
  readonly get: (key: string) => Promise<string | undefined>
  readonly set: (key: string, value: string) => Promise<void>
  readonly delete: (key: string) => Promise<void>
  /** The keys that begin with `prefix`, in any order. */
  readonly keys: (prefix: string) => Promise<readonly string[]>
}

/** What a prompt for an approval is about, as plain data. */
export interface TransactionPrompt {
  /** As lines of plain text, the title first, made from the statement alone. */
  readonly text: string
  /** What the challenge commits to: `transactionChallenge` of `@keybound/protocol/transactions`. */
  readonly realm: string
  readonly account: string
  /** 32 bytes. */
  readonly nonce: Base64Url
  /** In its canonical text. */
  readonly statement: string
}

/** One HTTP request as plain data, so that it crosses into native code as it is. */
export interface PlatformRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Absolute. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** One HTTP answer, read to its end. */
export interface PlatformResponse {
  readonly status: number
  /** The value of a header, or `null`; names in any case. */
  readonly header: (name: string) => string | null
  readonly body: string
}

/**
 * What a platform gives the client. The client knows none by name: the browser (`@keybound/web`) and the phone
 * implement this.
 *
 * Errors are `KeyboundError` with a client code; unknown native errors keep their original as `cause`. A platform
 * should honour the signals it gets, but the client never waits for it longer than it said.
 */
export interface Platform {
  readonly availability: () => Promise<Availability>
  /** One prompt. Rejects `prompt_refused`, `aborted`, `already_registered`, `unsupported`, `insecure_context`. */
  readonly register: (options: RegistrationOptionsJSON, signal: AbortSignal) => Promise<PlatformRegistration>
  /** The server has registered the credential: what the platform kept as pending stays. Rejects `storage_failed`. */
  readonly keep?: (credentialId: Base64Url) => Promise<void>
  /**
   * One prompt. Rejects `prompt_refused`, `aborted`, `unsupported`, `insecure_context`.
   *
   * With `transaction`, the signature is an approval: a platform whose prompts show text shows `text` of it, or hashes
   * and shows the statement natively, and may leave it aside otherwise. The challenge of `options` is its own.
   */
  readonly authenticate: (
    options: AuthenticationOptionsJSON,
    signal: AbortSignal,
    transaction?: TransactionPrompt,
  ) => Promise<AuthenticationResponseJSON>
  /**
   * Tells the authenticator that the server does not know this credential, where the platform can; never fails.
   * `removed`: the user turned it off here, so that nothing of it is wanted any more.
   */
  readonly forget: (rpId: string, credentialId: Base64Url, removed?: boolean) => Promise<void>
  /** What an error says about the key of this device, where it says something that lasts. */
  readonly reasonOf?: (error: KeyboundError) => StateReason | undefined
  /** What is wrong with this credential, or with keys of this device, before anything is asked of them. No prompt. */
  readonly startReason?: (credentialId: Base64Url | undefined) => Promise<StateReason | undefined>
  readonly storage: PlatformStorage
  /**
   * HTTP without redirects and without ambient credentials (no cookies). Answers with every status. Rejects
   * `network_unreachable`, also for a redirect.
   */
  readonly request: (request: PlatformRequest, signal: AbortSignal) => Promise<PlatformResponse>
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>
  /** Milliseconds of a clock that never goes back, for timings. */
  readonly monotonicNow: () => number
  /** Resolves after that many milliseconds; may reject or stay pending once the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
}
