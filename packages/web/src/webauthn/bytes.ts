import { type CredentialDescriptorJSON, encodeBase64Url } from '@keybound/protocol'

/** Base64url of what the browser gives. */
export function encodeBuffer(bytes: ArrayBuffer): string {
  return encodeBase64Url(new Uint8Array(bytes))
}

/** By the browser's own decoder, for size; whoever calls has checked the alphabet, or made the text. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

/** One of `allowCredentials` or `excludeCredentials`, as the browser takes it. */
export function parseDescriptor(descriptor: CredentialDescriptorJSON): PublicKeyCredentialDescriptor {
  return { ...(descriptor as object as PublicKeyCredentialDescriptor), id: decodeBase64(descriptor.id) }
}
