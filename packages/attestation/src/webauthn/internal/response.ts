import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@keybound/protocol'
import { decodeBase64Url } from '@keybound/protocol/encoding'
import { AttestationError, refusing } from '../../errors.ts'
import { maxAttestationObjectBytes } from '../attestation-object.ts'
import { maxClientDataBytes } from '../client-data.ts'

const maxCredentialIdBytes = 1023
const maxUserHandleBytes = 64
/** Authenticator data of assertions: 37 bytes and extension outputs. */
const maxAuthenticatorDataBytes = 4096
/** The largest are those of ML-DSA-87: 4,627 bytes. */
const maxSignatureBytes = 8192

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
  readonly authenticatorData: Uint8Array
  readonly signature: Uint8Array
  readonly userHandle: Uint8Array | undefined
}

/** Reads RegistrationResponseJSON (WebAuthn L3 §5.1.8), whatever the value is at run time. */
export function readRegistrationResponse(response: RegistrationResponseJSON): RegistrationBytes {
  const credentialId = readCredentialId(response)
  const inner = readMember(response, 'response')
  return {
    credentialId,
    clientData: readBytes(inner, 'clientDataJSON', maxClientDataBytes),
    attestationObject: readBytes(inner, 'attestationObject', maxAttestationObjectBytes),
    transports: readTransports(inner),
  }
}

/** Reads AuthenticationResponseJSON (WebAuthn L3 §5.1.8), whatever the value is at run time. */
export function readAuthenticationResponse(response: AuthenticationResponseJSON): AuthenticationBytes {
  const credentialId = readCredentialId(response)
  const inner = readMember(response, 'response')
  const hasUserHandle = inner.userHandle !== undefined && inner.userHandle !== null
  return {
    credentialId,
    clientData: readBytes(inner, 'clientDataJSON', maxClientDataBytes),
    authenticatorData: readBytes(inner, 'authenticatorData', maxAuthenticatorDataBytes),
    signature: readBytes(inner, 'signature', maxSignatureBytes),
    userHandle: hasUserHandle ? readBytes(inner, 'userHandle', maxUserHandleBytes) : undefined,
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
function readCredentialId(response: unknown): Uint8Array {
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
  return decode(id, 'id')
}

function readBytes(members: Members, name: string, maxBytes: number): Uint8Array {
  const text = members[name]
  if (typeof text !== 'string') throw malformed(name, 'base64url text')
  if (text.length > encodedLength(maxBytes)) throw malformed(name, `at most ${maxBytes} bytes`)
  return decode(text, name)
}

function decode(text: string, name: string): Uint8Array {
  return refusing('response_malformed', `WebAuthn L3 §5.1.8 ${name}`, () => decodeBase64Url(text))
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
