import type {
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  RegistrationOptionsJSON,
  RegistrationResponseJSON,
} from '@keybound/protocol'

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

/** Why biometric sign-in cannot be offered now. */
export type UnavailableReason =
  | 'insecureContext'
  | 'noWebAuthn'
  | 'noPlatformAuthenticator'
  | 'storageBlocked'

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

/** Small durable records of one app on one device. Never holds a secret in clear. */
export interface PlatformStorage {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * What a platform gives the client. The client knows none by name: the browser (`@keybound/web`) and the phone
 * implement this.
 *
 * Errors are `KeyboundError` with a client code; unknown native errors keep their original as `cause`.
 */
export interface Platform {
  readonly availability: () => Promise<Availability>
  /** One prompt. Rejects `prompt_refused`, `aborted`, `already_registered`, `unsupported`, `insecure_context`. */
  readonly register: (
    options: RegistrationOptionsJSON,
    signal: AbortSignal,
  ) => Promise<RegistrationResponseJSON>
  /** One prompt. Rejects `prompt_refused`, `aborted`, `unsupported`, `insecure_context`. */
  readonly authenticate: (
    options: AuthenticationOptionsJSON,
    signal: AbortSignal,
  ) => Promise<AuthenticationResponseJSON>
  /** Tells the authenticator that the server no longer knows this credential, where the platform can; never fails. */
  readonly forget: (rpId: string, credentialId: string) => Promise<void>
  readonly storage: PlatformStorage
  /** HTTP without redirects and without ambient credentials. Rejects `network_unreachable`, `aborted`. */
  readonly request: (request: Request) => Promise<Response>
  readonly randomBytes: (length: number) => Uint8Array
  /** Milliseconds of a clock that never goes back, for time-outs and telemetry. */
  readonly monotonicNow: () => number
}
