import type { EpochSeconds } from './api.ts'
import type { Base64Url } from './webauthn.ts'

/** Where a credential lives. `web`: wherever the browser's authenticator put it. */
export type DevicePlatform = 'web' | 'android' | 'ios'

/** What a phone registers beside its signing key; see docs/devices.md. */
export type DeviceJSON = AndroidDeviceJSON | IosDeviceJSON

/**
 * Key attestations of the sealing and the proof key, each made with the challenge of `deviceKeyChallenge`. That of the
 * signing key is the `android-key` statement of the WebAuthn response.
 */
export interface AndroidDeviceJSON {
  readonly platform: 'android'
  /** Certificates in DER, leaf first, as the key store gives them; 1 to 10. */
  readonly sealingChain: readonly Base64Url[]
  readonly proofChain: readonly Base64Url[]
}

/**
 * App Attest over SHA-256(authenticatorData ‖ SHA-256(clientDataJSON)), so over all three keys: the client data names
 * the other two. Without evidence, which policy may allow, `keyId` and `attestationObject` are both left out.
 */
export interface IosDeviceJSON {
  readonly platform: 'ios'
  /** The 32 bytes of the App Attest key id. */
  readonly keyId?: Base64Url
  /** What `attestKey` gave. */
  readonly attestationObject?: Base64Url
  /** SubjectPublicKeyInfo in DER, P-256. */
  readonly sealingKey: Base64Url
  readonly proofKey: P256Jwk
}

/** A P-256 public key as a JWK, and nothing else in it (RFC 7518 §6.2.1). */
export interface P256Jwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: Base64Url
  readonly y: Base64Url
}

/** Member `keybound` of a phone's client data at registration: what the signing key says of the other two. */
export interface KeyCommitment {
  /** SHA-256 of the sealing key's SubjectPublicKeyInfo. */
  readonly sealing: Base64Url
  /** RFC 7638 thumbprint of the proof key. */
  readonly proof: Base64Url
}

/** What happened to a key of the account, on another device than the one that asks. */
export interface NoticeJSON {
  readonly id: Base64Url
  readonly type: 'credentialRegistered' | 'credentialRemoved'
  readonly credentialId: Base64Url
  /** What the user called that device. */
  readonly name: string
  readonly platform: DevicePlatform
  readonly at: EpochSeconds
}

/** `GET /v1/notices` (session), oldest first; `DELETE /v1/notices/{id}` acknowledges one on this device and answers 204. */
export interface NoticesAnswer {
  readonly notices: readonly NoticeJSON[]
}

/** `GET /v1/recovery-key` (session): what a box is wrapped to so that it outlives the device. */
export interface RecoveryPublicKeyAnswer {
  /** Names the key that the server made it with; kept beside what is wrapped. */
  readonly kid: string
  /** Uncompressed point, P-256. */
  readonly publicKey: Base64Url
}

/** A data key wrapped with `ecdh-p256-hkdf-a256gcm` of docs/vault.md. */
export interface WrappedKeyJSON {
  /** Uncompressed point, P-256. */
  readonly epk: Base64Url
  /** 48 bytes. */
  readonly wrapped: Base64Url
}

/** The same, wrapped to a recovery key: `kid` is that of `RecoveryPublicKeyAnswer`. */
export interface EscrowedKeyJSON extends WrappedKeyJSON {
  readonly kid: string
}

/** `POST /v1/recovery-key` (session of a registered credential, signed lately). */
export interface RecoveryRequest {
  /** What the answer is wrapped to: the public half of the new vault's key. Uncompressed point, P-256. */
  readonly publicKey: Base64Url
  /** 1 to 64. */
  readonly keys: readonly EscrowedKeyJSON[]
}

/** The same data keys in the same order, wrapped anew; null for one that was not wrapped to this account's recovery key. */
export interface RecoveryAnswer {
  readonly keys: readonly (WrappedKeyJSON | null)[]
}
