import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@keybound/protocol'
import { decodeBase64UrlInto } from '@keybound/protocol/encoding'
import { AttestationError, refused } from '../../errors.ts'
import { maxAttestationObjectBytes } from '../attestation-object.ts'
import { maxClientDataBytes } from '../client-data.ts'

const maxCredentialIdBytes = 1023
const maxUserHandleBytes = 64
/** Authenticator data of assertions: 37 bytes and extension outputs. */
const maxAuthenticatorDataBytes = 4096
/** The largest are those of ML-DSA-87: 4,627 bytes. */
const maxSignatureBytes = 8192
/** SHA-256. */
const hashBytes = 32

/** The bytes of a registration response, each within its bound. */
export interface RegistrationBytes {
  readonly credentialId: Uint8Array
  readonly clientData: Uint8Array
  readonly attestationObject: Uint8Array
  readonly transports: readonly string[]
}

/** The bytes of an authentication response, each within its bound. */
export interface AuthenticationBytes {
  readonly credentialId: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
  readonly userHandle: Uint8Array | undefined
  readonly authenticatorData: Uint8Array
  /** The authenticator data, and behind them 32 bytes of room for the hash of the client data. */
  readonly signedData: Uint8Array
}

/** Reads RegistrationResponseJSON (WebAuthn L3 §5.1.8), whatever the value is at run time. */
export function readRegistrationResponse(response: RegistrationResponseJSON): RegistrationBytes {
  const id = readCredentialId(response)
  const inner = readMember(response, 'response')
  const clientData = readText(inner, 'clientDataJSON', maxClientDataBytes)
  const attestationObject = readText(inner, 'attestationObject', maxAttestationObjectBytes)
  return {
    credentialId: decode(id, 'id'),
    clientData: decode(clientData, 'clientDataJSON'),
    attestationObject: decode(attestationObject, 'attestationObject'),
    transports: readTransports(inner),
  }
}

/** Reads AuthenticationResponseJSON (WebAuthn L3 §5.1.8), whatever the value is at run time. */
export function readAuthenticationResponse(response: AuthenticationResponseJSON): AuthenticationBytes {
  const id = readCredentialId(response)
  const inner = readMember(response, 'response')
  const hasUserHandle = inner.userHandle !== undefined && inner.userHandle !== null
  const userHandle = hasUserHandle ? readText(inner, 'userHandle', maxUserHandleBytes) : ''
  const clientData = readText(inner, 'clientDataJSON', maxClientDataBytes)
  const signature = readText(inner, 'signature', maxSignatureBytes)
  const data = readText(inner, 'authenticatorData', maxAuthenticatorDataBytes)

  // One buffer for all: on this path, making five would take longer than filling them.
  const length = id.length + userHandle.length + clientData.length + signature.length + data.length
  const buffer = new Uint8Array(((length * 3) >> 2) + hashBytes)
  const idEnd = decodeInto(id, 'id', buffer, 0)
  const handleEnd = decodeInto(userHandle, 'userHandle', buffer, idEnd)
  const clientDataEnd = decodeInto(clientData, 'clientDataJSON', buffer, handleEnd)
  const signatureEnd = decodeInto(signature, 'signature', buffer, clientDataEnd)
  const dataEnd = decodeInto(data, 'authenticatorData', buffer, signatureEnd)
  return {
    credentialId: buffer.subarray(0, idEnd),
    userHandle: hasUserHandle ? buffer.subarray(idEnd, handleEnd) : undefined,
    clientData: buffer.subarray(handleEnd, clientDataEnd),
    signature: buffer.subarray(clientDataEnd, signatureEnd),
    authenticatorData: buffer.subarray(signatureEnd, dataEnd),
    signedData: buffer.subarray(signatureEnd, dataEnd + hashBytes),
  }
}

type Members = Readonly<Record<string, unknown>>

function readMember(value: unknown, name: string): Members {
  const member = asObject(value, 'response')[name]
  return asObject(member, name)
}

function asObject(value: unknown, name: string): Members {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed(name, 'an object')
  return value as Members
}

/** Both names of the id must be the same text; base64url is strict, so then they are the same bytes. */
function readCredentialId(response: unknown): string {
  const members = asObject(response, 'response')
  if (members.type !== 'public-key') throw malformed('type', '"public-key"')
  const { id, rawId } = members
  if (typeof id !== 'string' || id !== rawId || id.length === 0) {
    throw new AttestationError(
      'credential_id_invalid',
      'WebAuthn L3 §5.1',
      'Unexpected id and rawId, expected the same base64url text in both. Send the result of toJSON() unchanged.',
    )
  }
  if (id.length > encodedLength(maxCredentialIdBytes)) {
    throw new AttestationError(
      'credential_id_invalid',
      'WebAuthn L3 §7.1 step 25',
      `Unexpected id of ${id.length} characters, expected at most ${maxCredentialIdBytes} bytes.`,
    )
  }
  return id
}

function readText(members: Members, name: string, maxBytes: number): string {
  const text = members[name]
  if (typeof text !== 'string') throw malformed(name, 'base64url text')
  if (text.length > encodedLength(maxBytes)) throw malformed(name, `at most ${maxBytes} bytes`)
  return text
}

function decode(text: string, name: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 3) >> 2)
  decodeInto(text, name, bytes, 0)
  return bytes
}

function decodeInto(text: string, name: string, buffer: Uint8Array, start: number): number {
  try {
    return decodeBase64UrlInto(text, buffer, start)
  } catch (cause) {
    throw refused('response_malformed', `WebAuthn L3 §5.1.8 ${name}`, cause)
  }
}

function encodedLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}

/** Transports are hints of the client: unknown values are kept, absurd ones refused (WebAuthn L3 §5.2.1). */
function readTransports(members: Members): readonly string[] {
  const { transports } = members
  if (transports === undefined) return []
  const valid =
    Array.isArray(transports) &&
    transports.length <= 16 &&
    transports.every((transport) => typeof transport === 'string' && transport.length <= 32)
  if (!valid) throw malformed('transports', 'at most 16 short texts')
  return [...(transports as readonly string[])]
}

function malformed(name: string, expected: string): AttestationError {
  return new AttestationError(
    'response_malformed',
    'WebAuthn L3 §5.1.8',
    `Unexpected ${name}, expected ${expected}. Send the result of toJSON() unchanged.`,
  )
}
