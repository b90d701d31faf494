import {
  type AuthenticationOptionsJSON,
  type AuthenticationResponseJSON,
  type CredentialDescriptorJSON,
  encodeBase64Url,
  type RegistrationOptionsJSON,
  type RegistrationResponseJSON,
} from '@keybound/protocol'

/*
 * The conversions of WebAuthn L3 §5.1.7 to §5.1.10 for browsers without them, and for credentials made by password
 * managers, which replace navigator.credentials and often leave toJSON out.
 */

/** What parseCreationOptionsFromJSON gives. */
export function parseCreationOptions(options: RegistrationOptionsJSON): PublicKeyCredentialCreationOptions {
  return {
    ...(options as object as PublicKeyCredentialCreationOptions),
    challenge: decodeBase64(options.challenge),
    user: { ...options.user, id: decodeBase64(options.user.id) },
    excludeCredentials: options.excludeCredentials.map(parseDescriptor),
  }
}

/** What parseRequestOptionsFromJSON gives. */
export function parseRequestOptions(options: AuthenticationOptionsJSON): PublicKeyCredentialRequestOptions {
  return {
    ...(options as object as PublicKeyCredentialRequestOptions),
    challenge: decodeBase64(options.challenge),
    allowCredentials: options.allowCredentials.map(parseDescriptor),
  }
}

function parseDescriptor(descriptor: CredentialDescriptorJSON): PublicKeyCredentialDescriptor {
  return { ...(descriptor as object as PublicKeyCredentialDescriptor), id: decodeBase64(descriptor.id) }
}

/** What toJSON of a registration gives. */
export function registrationToJson(credential: PublicKeyCredential): RegistrationResponseJSON {
  const response = credential.response as AuthenticatorAttestationResponse
  return {
    ...common(credential),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      attestationObject: encode(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  }
}

/** What toJSON of an assertion gives. */
export function authenticationToJson(credential: PublicKeyCredential): AuthenticationResponseJSON {
  const response = credential.response as AuthenticatorAssertionResponse
  return {
    ...common(credential),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      authenticatorData: encode(response.authenticatorData),
      signature: encode(response.signature),
      ...(response.userHandle && { userHandle: encode(response.userHandle) }),
    },
  }
}

function common(credential: PublicKeyCredential) {
  const id = encode(credential.rawId)
  return {
    id,
    rawId: id,
    type: 'public-key' as const,
    ...(credential.authenticatorAttachment && {
      authenticatorAttachment: credential.authenticatorAttachment,
    }),
    clientExtensionResults: publicResults(credential),
  }
}

/** Without the output of the PRF, which is the key of the vault and nobody's business. */
function publicResults(credential: PublicKeyCredential): { readonly [name: string]: unknown } {
  const { prf: _, ...results } = credential.getClientExtensionResults()
  return results as { readonly [name: string]: unknown }
}

function encode(bytes: ArrayBuffer): string {
  return encodeBase64Url(new Uint8Array(bytes))
}

/** By the browser's own decoder, for size; whoever calls has checked the alphabet, or made the text. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
