import { KeyboundError } from '@keybound/protocol'
import { type CborMap, decodeBase64Url } from '@keybound/protocol/encoding'
import type { CryptoPort } from '../../crypto/port.ts'
import { equalBytes } from '../../internal/bytes.ts'
import { type AttestationObject, parseAttestationObject } from '../../webauthn/attestation-object.ts'
import { type AuthenticatorData, parseAuthenticatorData } from '../../webauthn/authenticator-data.ts'
import { parseClientData } from '../../webauthn/client-data.ts'
import type { ClientData } from '../../webauthn/types.ts'

/** The parts of a registration as far as each can be read; claims, until the response is verified. */
export interface RegistrationParts {
  readonly clientDataBytes: Uint8Array | undefined
  readonly clientData: ClientData | undefined
  readonly object: AttestationObject | undefined
  readonly data: AuthenticatorData | undefined
  /** Certificates of the statement, leaf first; none for statements without. */
  readonly chain: readonly Uint8Array[]
}

/** Takes a registration response apart, whatever it is. */
export function readParts(response: unknown): RegistrationParts {
  const inner = member(response, 'response')
  const clientDataBytes = attempt(() => decodeBase64Url(member(inner, 'clientDataJSON') as string))
  return {
    clientDataBytes,
    clientData: clientDataBytes && attempt(() => parseClientData(clientDataBytes)),
    ...readObject(attempt(() => decodeBase64Url(member(inner, 'attestationObject') as string))),
  }
}

function readObject(bytes: Uint8Array | undefined): Pick<RegistrationParts, 'object' | 'data' | 'chain'> {
  const object = bytes && attempt(() => parseAttestationObject(bytes))
  const data = object && attempt(() => parseAuthenticatorData(object.authenticatorData))
  const x5c = object?.statement instanceof Map ? (object.statement as CborMap).get('x5c') : undefined
  const chain = Array.isArray(x5c) ? x5c.filter((der) => der instanceof Uint8Array) : []
  return { object, data, chain }
}

const utf8 = new TextEncoder()

/**
 * The relying party id that the page's own address allows and the authenticator data confirm: its host or a parent
 * domain of it (WebAuthn L3 §5.1.3). Undefined when there is none.
 */
export async function guessRpId(
  { clientData, data }: RegistrationParts,
  crypto: CryptoPort,
): Promise<string | undefined> {
  const host = clientData && attempt(() => new URL(clientData.origin).hostname)
  if (!host || data === undefined) return undefined
  const labels = host.split('.').slice(-16)
  for (let at = 0; at < labels.length; at++) {
    const candidate = labels.slice(at).join('.')
    if (equalBytes(await crypto.sha256(utf8.encode(candidate)), data.rpIdHash)) return candidate
  }
  return undefined
}

/** What the reader gives, or undefined for what it refuses: the verdict says why, the tree shows the rest. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (cause) {
    // Readers refuse with KeyboundError; URL with TypeError.
    if (cause instanceof KeyboundError || cause instanceof TypeError) return undefined
    throw cause
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
