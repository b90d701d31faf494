import type { DeviceJSON, DevicePlatform } from './devices.ts'
import type {
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  Base64Url,
  RegistrationOptionsJSON,
  RegistrationResponseJSON,
} from './webauthn.ts'

/** Seconds since the Unix epoch, UTC. */
export type EpochSeconds = number

/** Assurance level of a credential; see design: `W` is a web credential without proof of hardware. */
export type AssuranceLevel = 'W' | 'L1' | 'L2' | 'R'

/** How strong the sign-in behind a session is, low to high: `pwd`, `W`, `L1`, `L2`, `R`. */
export type Acr = 'pwd' | AssuranceLevel

/** A session as the client sees it. The token is opaque and shown once. */
export interface SessionJSON {
  /** Opaque bearer token of 256 random bits; the server keeps only its hash. */
  readonly token: string
  readonly account: string
  readonly acr: Acr
  /** When the user last proved who they are. */
  readonly authTime: EpochSeconds
  readonly expiresAt: EpochSeconds
}

/** A single-use permission to register one key, from a fresh primary sign-in; at most five minutes. */
export interface RegistrationGrantJSON {
  readonly token: string
  readonly expiresAt: EpochSeconds
}

/** `POST /v1/sessions/password` */
export interface PasswordSignInRequest {
  readonly username: string
  readonly password: string
  /** The device token of an earlier sign-in on this device: failures elsewhere cannot lock this device out. */
  readonly deviceToken?: string
}

/** Answer of every sign-in. */
export interface SignInAnswer {
  readonly session: SessionJSON
  /** Only after a primary (password) sign-in. */
  readonly registrationGrant?: RegistrationGrantJSON
  /** Names this device to the throttle; not a credential, opens nothing. */
  readonly deviceToken: string
}

/** `POST /v1/registration/options` (session) */
export interface RegistrationOptionsRequest {
  readonly grant: string
}

/** Answer of `POST /v1/registration/options`. */
export type RegistrationOptionsAnswer = RegistrationOptionsJSON

/** `POST /v1/registration` (session) */
export interface RegistrationRequest {
  readonly grant: string
  /**
   * Names this registration and no other: 16 bytes or more that nobody draws twice, as in the challenge. Sending the same
   * request again gives the same answer.
   */
  readonly operationId: Base64Url
  readonly response: RegistrationResponseJSON
  /** What the user calls this device; at most 64 characters. */
  readonly name?: string
  /** From a phone: the other two keys and the evidence for them. Left out for a WebAuthn credential of a browser. */
  readonly device?: DeviceJSON
  /**
   * Id of the credential of this same device that the new one replaces, because its key is gone: removed in the same
   * commit. Nothing happens where the account no longer has it.
   */
  readonly replaces?: Base64Url
}

/** A registered credential, as listed to its owner. */
export interface CredentialJSON {
  readonly id: Base64Url
  readonly name: string
  readonly level: AssuranceLevel
  readonly platform: DevicePlatform
  /** Whether the session that asks was opened with it; false in the answer of its registration. */
  readonly current: boolean
  /** BE: may be synced between devices, so it is not bound to one. */
  readonly backupEligible: boolean
  /** BS: is backed up now. */
  readonly backedUp: boolean
  readonly transports: readonly AuthenticatorTransport[]
  readonly createdAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds | null
  /** Until then it moves less money, because little is known of it. Null: not, or no longer. */
  readonly probationUntil: EpochSeconds | null
  /** When it stops working by itself: registered in development. Null: never. */
  readonly expiresAt: EpochSeconds | null
}

/** Answer of `POST /v1/registration`. */
export interface RegistrationAnswer {
  readonly credential: CredentialJSON
}

/** `POST /v1/authentication/options`; without an account the authenticator offers its own (discoverable). */
export interface AuthenticationOptionsRequest {
  readonly account?: string
  /**
   * RFC 7638 thumbprint of the proof key, to sign in at `POST /v1/token`: the challenge is bound to it, so that nobody
   * else can exchange the assertion. Left out for `POST /v1/authentication`. Neither challenge serves for the other.
   */
  readonly dpopJkt?: Base64Url
}

/** Answer of `POST /v1/authentication/options`. */
export type AuthenticationOptionsAnswer = AuthenticationOptionsJSON

/** `POST /v1/authentication` */
export interface AuthenticationRequest {
  readonly response: AuthenticationResponseJSON
}

/** `GET /v1/credentials` (session); `DELETE /v1/credentials/{id}` (session) answers 204. */
export interface CredentialsAnswer {
  readonly credentials: readonly CredentialJSON[]
}

/** `GET /v1/session` (session); `DELETE /v1/session` answers 204, also for an unknown session. */
export interface SessionAnswer {
  readonly account: string
  readonly acr: Acr
  readonly authTime: EpochSeconds
  readonly expiresAt: EpochSeconds
}
