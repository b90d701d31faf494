import { decodeBase64Url, type JsonValue, parseStrictJson } from '@keybound/protocol/encoding'
import { verifyEs256 } from '../crypto/fixed-length-signature.ts'
import type { CryptoPort } from '../crypto/port.ts'
import type { Subtle } from '../crypto/subtle.ts'
import { concatBytes } from '../der/writer.ts'
import { AttestationError, refusing } from '../errors.ts'
import type { PlayIntegrityKeys } from './types.ts'

/** Genuine tokens have about 1,500 characters. */
const mostCharacters = 16_384

/**
 * Decrypts and verifies a token: a compact JWE (RFC 7516; A256KW, A256GCM) around a compact JWS (RFC 7515; ES256).
 * Both headers must name these algorithms and ask for nothing more; the keys are the app's, whatever a header says.
 * Refuses with `play_integrity_malformed` or `play_integrity_untrusted`; gives the signed JSON.
 */
export async function openToken(
  token: string,
  keys: PlayIntegrityKeys,
  crypto: CryptoPort,
  subtle: Subtle,
): Promise<JsonValue> {
  if (token.length > mostCharacters) {
    throw malformed('RFC 7516 §11', `Unexpected token of ${token.length} characters, expected at most 16384.`)
  }
  const signed = new TextDecoder('latin1').decode(await decrypt(token, keys.decryption, subtle))
  return verify(signed, keys.verification, crypto)
}

async function decrypt(token: string, decryptionKey: Uint8Array, subtle: Subtle): Promise<Uint8Array> {
  const [header, ...parts] = splitCompact(token, 5, 'RFC 7516 §7.1')
  requireHeader(header, { alg: 'A256KW', enc: 'A256GCM' }, 'RFC 7516 §4.1')
  const [encryptedKey, iv, ciphertext, tag] = parts.map((part) => decodePart(part, 'RFC 7516 §7.1'))
  // RFC 7518 §4.4, §5.3: a 256-bit key under AES Key Wrap, 96-bit IV, 128-bit tag.
  if (encryptedKey?.length !== 40 || iv?.length !== 12 || ciphertext === undefined || tag?.length !== 16) {
    throw malformed('RFC 7518 §5.3', 'Unexpected lengths of key, IV or tag, expected 40, 12 and 16 bytes.')
  }
  const additionalData = new TextEncoder().encode(header)
  const sealed = concatBytes([ciphertext, tag])
  try {
    const wrapping = await subtle.importKey('raw', decryptionKey as BufferSource, 'AES-KW', false, [
      'unwrapKey',
    ])
    const key = await subtle.unwrapKey('raw', encryptedKey, wrapping, 'AES-KW', 'AES-GCM', false, ['decrypt'])
    return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed))
  } catch (cause) {
    throw untrusted('RFC 7516 §5.2', 'Unexpected ciphertext, expected one under the decryption key.', cause)
  }
}

async function verify(signed: string, verificationKey: Uint8Array, crypto: CryptoPort): Promise<JsonValue> {
  const [header, payload, signature] = splitCompact(signed, 3, 'RFC 7515 §7.1')
  requireHeader(header, { alg: 'ES256' }, 'RFC 7515 §4.1')
  const rs = decodePart(signature, 'RFC 7515 §7.1')
  const data = new TextEncoder().encode(`${header}.${payload}`)
  if (!(await verifyEs256(crypto, { spki: verificationKey }, rs, data))) {
    throw untrusted('RFC 7515 §5.2', 'Unexpected signature, expected one of the verification key.')
  }
  return readJson(decodePart(payload, 'RFC 7515 §7.1'), 'RFC 7515 §5.2')
}

function splitCompact(text: string, count: 3 | 5, rule: string): [string, string, string, ...string[]] {
  const parts = text.split('.', count + 1)
  if (parts.length !== count) {
    throw malformed(rule, `Unexpected ${parts.length} parts, expected ${count}.`)
  }
  return parts as [string, string, string, ...string[]]
}

/** The header names exactly these algorithms. `crit`, `zip` and keys of the sender's own choice are refused. */
function requireHeader(encoded: string, wanted: Readonly<Record<string, string>>, rule: string): void {
  const header = readJson(decodePart(encoded, rule), rule)
  const members = isObject(header) ? Object.entries(header) : []
  const right = Object.entries(wanted).every(([name, value]) =>
    members.some(([n, v]) => n === name && v === value),
  )
  const harmless = members.every(
    ([name]) => Object.hasOwn(wanted, name) || name === 'kid' || name === 'typ' || name === 'cty',
  )
  if (right && harmless) return
  const expected = Object.values(wanted).join(' and ')
  throw malformed(rule, `Unexpected header, expected ${expected} and nothing that changes how it is read.`)
}

export function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readJson(bytes: Uint8Array, rule: string): JsonValue {
  return refusing('play_integrity_malformed', rule, () => parseStrictJson(bytes))
}

function decodePart(part: string, rule: string): Uint8Array<ArrayBuffer> {
  return refusing('play_integrity_malformed', rule, () => decodeBase64Url(part))
}

function malformed(rule: string, message: string): AttestationError {
  return new AttestationError('play_integrity_malformed', rule, `${message} Send the token unchanged.`)
}

function untrusted(rule: string, message: string, cause?: unknown): AttestationError {
  const advice = 'Check that both keys are those of this app in the Play Console.'
  return new AttestationError('play_integrity_untrusted', rule, `${message} ${advice}`, { cause })
}
