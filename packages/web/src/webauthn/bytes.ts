import type { CredentialDescriptorJSON } from '@keybound/protocol'

/** Base64url of what the browser gives, some kilobytes at most, by its own encoder, for size. */
export function encodeBase64(bytes: ArrayBuffer | Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The way back, by the browser's own decoder; whoever calls has checked the alphabet, or made the text. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

/** One of `allowCredentials` or `excludeCredentials`, as the browser takes it. */
export function parseDescriptor(descriptor: CredentialDescriptorJSON): PublicKeyCredentialDescriptor {
  return { ...(descriptor as object as PublicKeyCredentialDescriptor), id: decodeBase64(descriptor.id) }
}
