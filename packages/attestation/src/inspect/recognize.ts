import { type CborMap, decodeBase64Url, decodeCbor, encodeBase64Url } from '@keybound/protocol/encoding'
import { readPemCertificates } from './pem.ts'
import type { Recognized } from './types.ts'

/** Most bytes of an input that are looked at: 1 MiB. */
export const mostInspectedBytes = 1024 * 1024

const encodedBytes = /^[A-Za-z0-9+/_-]+={0,2}$/

/**
 * Finds out what an input is: a PEM chain, an App Attest attestation, a WebAuthn registration response (JSON) or an
 * attestation object; binary ones also as base64 or base64url text. Only the kind is decided here, nothing is judged.
 * Undefined when it is none of them. Refuses with `certificate_malformed` a PEM text with a broken block.
 */
export function recognize(input: Uint8Array): Recognized | undefined {
  if (input.length === 0 || input.length > mostInspectedBytes) return undefined
  const binary = recognizeObject(input)
  if (binary !== undefined) return binary
  const text = new TextDecoder().decode(input).trim()
  if (text.includes('-----BEGIN CERTIFICATE-----')) {
    return { kind: 'androidKey', chain: readPemCertificates(text) }
  }
  if (text.startsWith('{')) return recognizeJson(text)
  const compact = text.replace(/\s+/g, '')
  return encodedBytes.test(compact) ? recognizeEncoded(compact) : undefined
}

function recognizeEncoded(text: string): Recognized | undefined {
  try {
    const bytes = decodeBase64Url(text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))
    return recognizeObject(bytes)
  } catch {
    return undefined
  }
}

/** An object that says of itself what it is, whole or broken: a broken one is refused with its reason, not ignored. */
function recognizeObject(bytes: Uint8Array): Recognized | undefined {
  const isMap = ((bytes[0] ?? 0) & 0xe0) === 0xa0
  const format = isMap ? formatOf(bytes) : undefined
  if (format === undefined) return undefined
  if (format === 'apple-appattest') return { kind: 'appAttest', attestationObject: bytes }
  return { kind: 'webauthnAttestation', attestationObject: encodeBase64Url(bytes) }
}

function formatOf(bytes: Uint8Array): string | undefined {
  try {
    const value = decodeCbor(bytes)
    const format = value instanceof Map ? (value as CborMap).get('fmt') : undefined
    return typeof format === 'string' ? format : undefined
  } catch {
    return formatNamedIn(bytes)
  }
}

/** The format a broken object names near its beginning or end: maps may have any order. */
function formatNamedIn(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 256), ...bytes.subarray(-256))
  if (!text.includes('fmt')) return undefined
  return text.includes('apple-appattest') ? 'apple-appattest' : 'unknown'
}

function recognizeJson(text: string): Recognized | undefined {
  try {
    const response: unknown = JSON.parse(text)
    const inner = memberOf(response, 'response')
    return memberOf(inner, 'attestationObject') === undefined
      ? undefined
      : { kind: 'webauthnRegistration', response }
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  const isRecord = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  return isRecord ? (value as Record<string, unknown>)[name] : undefined
}
