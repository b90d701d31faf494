import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto'
import type {
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  DeviceJSON,
  P256Jwk,
  RegistrationOptionsJSON,
  RegistrationResponseJSON,
} from '@keybound/protocol'
import { type CborValue, encodeCbor, encodeCoseKey } from '@keybound/protocol/encoding'

/**
 * Phones in software, for tests of the server: honest unless a knob says otherwise; whatever a knob makes wrong is hashed,
 * attested and signed as it is, so that a refusal proves the rule and not a broken signature.
 */
export interface SoftwarePhone {
  readonly platform: 'android' | 'ios'
  readonly keys: PhoneKeyPairs
  register(options: RegistrationOptionsJSON, knobs?: PhoneKnobs): Promise<PhoneAnswer>
  authenticate(options: AuthenticationOptionsJSON, knobs?: SignInKnobs): AuthenticationResponseJSON
}

/** What a phone sends of a registration. */
export interface PhoneAnswer {
  readonly response: RegistrationResponseJSON
  readonly device: DeviceJSON
}

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export type PhoneKeyPairs = Readonly<Record<'signing' | 'sealing' | 'proof', KeyPair>>

/** What registrations can get wrong on every phone. */
export interface PhoneKnobs {
  readonly origin?: string
  /** Member `keybound` of the client data; `null` leaves it out. */
  readonly commitment?: (right: Commitment) => unknown
  readonly flags?: number
  /** Replaces parts of what is sent, after everything was made. */
  readonly sent?: (answer: PhoneAnswer) => PhoneAnswer
}

interface Commitment {
  readonly sealing: string
  readonly proof: string
}

export interface SignInKnobs {
  readonly origin?: string
  /** Of the authenticator data. */
  readonly flags?: number
}

export function makePair(kind: 'p256' | 'rsa2048' = 'p256'): KeyPair {
  return kind === 'p256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
}

export function spkiOf({ publicKey }: KeyPair): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' })
}

export function p256JwkOf({ publicKey }: KeyPair): P256Jwk {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { kty: 'EC', crv: 'P-256', x, y }
}

/** RFC 7638, written out. */
export function thumbprintOf(key: KeyPair): string {
  const { x, y } = p256JwkOf(key)
  return hash('sha256', `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`, 'base64url')
}

/** The parts of a registration before it is signed. */
export interface Unsigned {
  readonly id: string
  readonly clientData: Buffer
  readonly clientDataHash: Buffer
  readonly authenticatorData: Buffer
}

/** Client data and authenticator data for the keys. */
export function prepare(
  keys: PhoneKeyPairs,
  origin: string,
  { challenge, rp }: RegistrationOptionsJSON,
  knobs: PhoneKnobs,
): Unsigned {
  const right = {
    sealing: hash('sha256', spkiOf(keys.sealing), 'base64url'),
    proof: thumbprintOf(keys.proof),
  }
  const keybound = knobs.commitment === undefined ? right : knobs.commitment(right)
  const clientData = Buffer.from(
    JSON.stringify({
      type: 'webauthn.create',
      challenge,
      origin: knobs.origin ?? origin,
      crossOrigin: false,
      ...(keybound === null ? {} : { keybound }),
    }),
  )
  const id = randomBytes(32)
  const { x, y } = p256JwkOf(keys.signing)
  const point = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') }
  const authenticatorData = Buffer.concat([
    hash('sha256', rp.id, 'buffer'),
    Buffer.of(knobs.flags ?? 0x45, 0, 0, 0, 0),
    Buffer.alloc(16),
    Buffer.of(0, id.length),
    id,
    encodeCoseKey({ type: 'EC2', algorithm: -7, curve: 'P-256', ...point }),
  ])
  const clientDataHash = hash('sha256', clientData, 'buffer')
  return { id: id.toString('base64url'), clientData, clientDataHash, authenticatorData }
}

/** The response with a statement of that format, signed by the signing key. */
export function sealResponse(
  { signing }: PhoneKeyPairs,
  { id, clientData, clientDataHash, authenticatorData }: Unsigned,
  format: 'packed' | 'android-key',
  more: readonly (readonly [string, CborValue])[] = [],
): RegistrationResponseJSON {
  const sig = sign('sha256', Buffer.concat([authenticatorData, clientDataHash]), signing.privateKey)
  const statement = new Map<string, CborValue>([['alg', -7], ['sig', sig], ...more])
  const attestationObject = encodeCbor(
    new Map<string, CborValue>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', authenticatorData],
    ]),
  )
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: Buffer.from(attestationObject).toString('base64url'),
      transports: ['internal'],
    },
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
  }
}

/** An assertion by the signing key. */
export function assertWith(
  { signing }: PhoneKeyPairs,
  id: string,
  origin: string,
  { challenge, rpId }: AuthenticationOptionsJSON,
  flags = 0x05,
): AuthenticationResponseJSON {
  const clientData = Buffer.from(
    JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }),
  )
  const authenticatorData = Buffer.concat([hash('sha256', rpId, 'buffer'), Buffer.of(flags, 0, 0, 0, 0)])
  const signed = Buffer.concat([authenticatorData, hash('sha256', clientData, 'buffer')])
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', signed, signing.privateKey).toString('base64url'),
    },
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
  }
}
