import type { Acr, EpochSeconds } from './api.ts'
import type { Base64Url } from './webauthn.ts'

/**
 * The `acr` claim of access tokens, from low to high: `pwd`, `W`, `L1`, `L2`, `R`. A token that came from a refresh
 * instead of a signature carries the refreshed form, which ranks directly below the signed one.
 */
export type TokenAcr = Acr | `${Acr}.refreshed`

/** How the user authenticated, by the names of RFC 8176: password, possession of a (hardware) key, presence, several factors. */
export type AuthenticationMethod = 'pwd' | 'pop' | 'hwk' | 'user' | 'mfa'

/** Value of `grant_type` for an assertion of a registered key. */
export type WebAuthnGrantType = 'urn:keybound:params:oauth:grant-type:webauthn'

/** Body of `POST /v1/token` (form-encoded) for a refresh; the header `DPoP` carries a proof by the proof key. */
export interface RefreshTokenRequest {
  readonly grant_type: 'refresh_token'
  readonly client_id: string
  readonly refresh_token: string
  /** Audience of the access token (RFC 8707); default: the first configured resource. */
  readonly resource?: string
  /** Names and proves the session key the access token is bound to; without it the proof key itself is used. */
  readonly session_key_proof?: string
}

/** Body of `POST /v1/token` (form-encoded) for a sign-in; the header `DPoP` carries a proof by the proof key. */
export interface WebAuthnTokenRequest {
  readonly grant_type: WebAuthnGrantType
  readonly client_id: string
  /** AuthenticationResponseJSON as JSON text. */
  readonly assertion: string
  readonly resource?: string
  readonly session_key_proof?: string
}

/** Answer of `POST /v1/token` (RFC 6749 §5.1, RFC 9449 §5). */
export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'DPoP'
  /** Seconds until the access token expires. */
  readonly expires_in: number
  readonly refresh_token: string
  readonly account: string
  readonly acr: TokenAcr
  /** When the user last signed; a refresh never changes it. */
  readonly auth_time: EpochSeconds
}

/** A session that can be refreshed, as listed to its owner. */
export interface FamilyJSON {
  readonly id: Base64Url
  readonly clientId: string
  /** The credential that signed in, see `GET /v1/credentials`. */
  readonly credentialId: Base64Url | null
  readonly acr: Acr
  readonly authTime: EpochSeconds
  readonly lastActiveAt: EpochSeconds
  /** When it ends unless the user does something before. */
  readonly expiresAt: EpochSeconds
  /** Whether the request that asks belongs to it. */
  readonly current: boolean
}

/** `GET /v1/sessions` (session); `DELETE /v1/sessions/{id}` and `DELETE /v1/sessions` (all) answer 204. */
export interface FamiliesAnswer {
  readonly sessions: readonly FamilyJSON[]
}

/** Header of a DPoP proof (RFC 9449 §4.2). */
export interface DpopProofHeader {
  readonly typ: 'dpop+jwt'
  readonly alg: DpopAlgorithm
  readonly jwk: PublicJwk
}

/** Signature algorithms of proofs; ES256 always works. */
export type DpopAlgorithm = 'ES256' | 'EdDSA'

/** A public key as proofs carry it (RFC 7517): P-256, or Ed25519 without `y`. */
export interface PublicJwk {
  readonly kty: 'EC' | 'OKP'
  readonly crv: 'P-256' | 'Ed25519'
  readonly x: Base64Url
  readonly y?: Base64Url
}

/** Claims of a DPoP proof (RFC 9449 §4.2) and the one of ours that endorses a session key. */
export interface DpopProofClaims {
  /** Unique: 96 random bits or more. */
  readonly jti: string
  readonly htm: string
  /** Address of the request without query and fragment. */
  readonly htu: string
  /** May carry a fraction; refreshing clients should give milliseconds, see docs/tokens.md. */
  readonly iat: EpochSeconds
  /** SHA-256 of the access token that accompanies the proof, base64url. */
  readonly ath?: Base64Url
  /** The newest nonce the server gave. */
  readonly nonce?: string
  /** At the token endpoint: thumbprint of the session key that this proof key endorses. */
  readonly session_jkt?: Base64Url
}

/** Header of a session key proof: like a DPoP proof but of a type of its own, so that neither serves as the other. */
export interface SessionKeyProofHeader {
  readonly typ: 'keybound-session-key+jwt'
  readonly alg: DpopAlgorithm
  readonly jwk: PublicJwk
}

/** Claims of a session key proof, signed by the session key. */
export interface SessionKeyProofClaims {
  readonly jti: string
  readonly htm: 'POST'
  readonly htu: string
  readonly iat: EpochSeconds
  readonly nonce?: string
  /** Thumbprint of the proof key whose endorsement accompanies this proof. */
  readonly proof_jkt: Base64Url
}
