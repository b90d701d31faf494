/** Base64url without padding (RFC 4648 §5), the encoding of every byte string on the wire. */
export type Base64Url = string

/**
 * COSE algorithm numbers this project knows: ES256, ES384, ES512, EdDSA, RS256; their fully specified forms ESP256,
 * ESP384, ESP512, Ed25519, Ed448 (RFC 9864); PS256, PS384, PS512; ML-DSA-44, -65, -87.
 */
export type CoseAlgorithm =
  | (-7 | -35 | -36 | -8 | -257)
  | (-9 | -51 | -52 | -19 | -53)
  | (-37 | -38 | -39)
  | (-48 | -49 | -50)

/** How a client reaches an authenticator (WebAuthn L3 §5.8.4); unknown values are kept. */
export type AuthenticatorTransport =
  | 'usb'
  | 'nfc'
  | 'ble'
  | 'smart-card'
  | 'hybrid'
  | 'internal'
  | (string & {})

/** PublicKeyCredentialDescriptorJSON (WebAuthn L3 §5.1). */
export interface CredentialDescriptorJSON {
  readonly type: 'public-key'
  readonly id: Base64Url
  readonly transports?: readonly AuthenticatorTransport[]
}

/** PublicKeyCredentialCreationOptionsJSON (WebAuthn L3 §5.1.9), as our server sends it. */
export interface RegistrationOptionsJSON {
  readonly rp: { readonly id: string; readonly name: string }
  readonly user: { readonly id: Base64Url; readonly name: string; readonly displayName: string }
  readonly challenge: Base64Url
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: CoseAlgorithm }[]
  readonly timeout: number
  readonly excludeCredentials: readonly CredentialDescriptorJSON[]
  readonly authenticatorSelection: {
    readonly authenticatorAttachment?: 'platform' | 'cross-platform'
    readonly residentKey: 'required' | 'preferred' | 'discouraged'
    readonly requireResidentKey: boolean
    readonly userVerification: 'required'
  }
  readonly attestation: 'none' | 'indirect' | 'direct' | 'enterprise'
  readonly extensions?: { readonly [name: string]: unknown }
}

/** PublicKeyCredentialRequestOptionsJSON (WebAuthn L3 §5.1.10), as our server sends it. */
export interface AuthenticationOptionsJSON {
  readonly challenge: Base64Url
  readonly rpId: string
  readonly timeout: number
  readonly allowCredentials: readonly CredentialDescriptorJSON[]
  readonly userVerification: 'required'
  readonly extensions?: { readonly [name: string]: unknown }
}

/** RegistrationResponseJSON (WebAuthn L3 §5.1.8). Unknown members are ignored. */
export interface RegistrationResponseJSON {
  readonly id: Base64Url
  readonly rawId: Base64Url
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: Base64Url
    readonly attestationObject: Base64Url
    readonly transports?: readonly AuthenticatorTransport[]
  }
  readonly authenticatorAttachment?: string
  readonly clientExtensionResults: { readonly [name: string]: unknown }
}

/** AuthenticationResponseJSON (WebAuthn L3 §5.1.8). Unknown members are ignored. */
export interface AuthenticationResponseJSON {
  readonly id: Base64Url
  readonly rawId: Base64Url
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: Base64Url
    readonly authenticatorData: Base64Url
    readonly signature: Base64Url
    readonly userHandle?: Base64Url
  }
  readonly authenticatorAttachment?: string
  readonly clientExtensionResults: { readonly [name: string]: unknown }
}
