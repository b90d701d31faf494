import { type JsonValue, parseStrictJson } from '@keybound/protocol/encoding'
import { AttestationError, refusing } from '../errors.ts'
import type { ClientData } from './types.ts'

/** Most bytes of client data that are looked at; browsers send below 1,000. */
export const maxClientDataBytes = 16_384

const rule = 'WebAuthn L3 §5.8.1'

/**
 * Reads clientDataJSON: strict UTF-8 JSON (byte order mark allowed, nothing after the object, no member named twice),
 * with the members every ceremony needs in their types. Unknown members are ignored, as L3 §5.8.1 asks.
 *
 * Says nothing about the values: {@link verifyRegistration} and {@link verifyAuthentication} judge them.
 * Refuses with `client_data_malformed`.
 */
export function parseClientData(bytes: Uint8Array): ClientData {
  const value = refusing('client_data_malformed', rule, () =>
    parseStrictJson(bytes, { maxBytes: maxClientDataBytes }),
  )
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw malformed('client data', 'a JSON object')
  }
  const { type, challenge, origin, crossOrigin, topOrigin } = value as Readonly<Record<string, JsonValue>>
  if (typeof type !== 'string') throw malformed('type', 'a string')
  if (typeof challenge !== 'string') throw malformed('challenge', 'a string')
  if (typeof origin !== 'string') throw malformed('origin', 'a string')
  if (crossOrigin !== undefined && typeof crossOrigin !== 'boolean')
    throw malformed('crossOrigin', 'a boolean')
  if (topOrigin !== undefined && typeof topOrigin !== 'string') throw malformed('topOrigin', 'a string')
  return { type, challenge, origin, crossOrigin: crossOrigin === true, topOrigin }
}

function malformed(what: string, expected: string): AttestationError {
  return new AttestationError(
    'client_data_malformed',
    rule,
    `Unexpected ${what} in client data, expected ${expected}. Send the bytes the client gave.`,
  )
}
