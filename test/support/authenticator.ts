import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type {
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  RegistrationOptionsJSON,
  RegistrationResponseJSON,
} from '@keybound/protocol'

/**
 * A WebAuthn client and authenticator in software, for tests: ES256 keys, honest unless a knob says otherwise.
 * Every knob makes exactly one thing wrong, and signs the wrong thing correctly, so that a refusal proves the rule
 * and not a broken signature.
 */
export interface SoftwareAuthenticator {
  /** Makes a credential for the options and remembers it. */
  register(options: RegistrationOptionsJSON, knobs?: RegistrationKnobs): RegistrationResponseJSON
  /** Answers with an offered credential, or with the newest one of the relying party when none is named. */
  authenticate(options: AuthenticationOptionsJSON, knobs?: AuthenticationKnobs): AuthenticationResponseJSON
  readonly credentials: readonly SoftwareCredential[]
}

export interface SoftwareCredential {
  readonly id: string
  readonly rpId: string
  readonly userHandle: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  signCount: number
  readonly backupEligible: boolean
  backedUp: boolean
}

export interface AuthenticatorOptions {
  /** Origin of the page, such as `http://localhost:3000`. */
  readonly origin: string
  /** `zero` (default, like phones and synced passkeys) or `rising`. */
  readonly signCount?: 'zero' | 'rising'
  readonly backupEligible?: boolean
  readonly backedUp?: boolean
}

/** What both ceremonies can get wrong. */
export interface CommonKnobs {
  readonly origin?: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly type?: string
  readonly challenge?: string
  readonly rpId?: string
  readonly userPresent?: boolean
  readonly userVerified?: boolean
  readonly backupEligible?: boolean
  readonly backedUp?: boolean
  readonly signCount?: number
  /** Replaces the client data JSON text (after it was built, before it is hashed and signed). */
  readonly clientData?: (text: string) => string
  /** Replaces the authenticator data (before it is signed). */
  readonly authenticatorData?: (data: Buffer) => Buffer
}

export interface RegistrationKnobs extends CommonKnobs {
  /** Statement format; `packed` is self attestation. Default `none`. */
  readonly attestation?: 'none' | 'packed'
  readonly credentialId?: string
  /** The key pair to register, for example one that another account registered. */
  readonly keyPair?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  /** Signs the self attestation with this key instead. */
  readonly signWith?: KeyObject
}

export interface AuthenticationKnobs extends CommonKnobs {
  /** Answers with this credential, whatever the options allow. */
  readonly credential?: SoftwareCredential
  readonly credentialId?: string
  /** `null` leaves the user handle out. */
  readonly userHandle?: string | null
  readonly signWith?: KeyObject
  readonly signature?: (signature: Buffer) => Buffer
}

export function createAuthenticator(options: AuthenticatorOptions): SoftwareAuthenticator {
  const credentials: SoftwareCredential[] = []
  return {
    credentials,
    register: (request, knobs = {}) => register(options, credentials, request, knobs),
    authenticate: (request, knobs = {}) => authenticate(options, credentials, request, knobs),
  }
}

/** A fresh P-256 key pair, for the `signWith` and `keyPair` knobs. */
export function createKeyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function register(
  options: AuthenticatorOptions,
  credentials: SoftwareCredential[],
  request: RegistrationOptionsJSON,
  knobs: RegistrationKnobs,
): RegistrationResponseJSON {
  const { privateKey, publicKey } = knobs.keyPair ?? createKeyPair()
  const credential: SoftwareCredential = {
    id: knobs.credentialId ?? randomBytes(32).toString('base64url'),
    rpId: request.rp.id,
    userHandle: request.user.id,
    privateKey,
    publicKey,
    signCount: 0,
    backupEligible: knobs.backupEligible ?? options.backupEligible ?? false,
    backedUp: knobs.backedUp ?? options.backedUp ?? false,
  }
  const clientData = clientDataOf('webauthn.create', options.origin, request.challenge, knobs)
  const id = Buffer.from(credential.id, 'base64url')
  const attested = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, coseKey(publicKey)])
  const authData = authenticatorDataOf(credential, knobs, attested)
  const signature = sign('sha256', signedBytes(authData, clientData), knobs.signWith ?? privateKey)
  credentials.push(credential)
  return {
    id: credential.id,
    rawId: credential.id,
    type: 'public-key',
    response: {
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestationObject(knobs.attestation ?? 'none', signature, authData).toString(
        'base64url',
      ),
      transports: ['internal'],
    },
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
  }
}

function authenticate(
  options: AuthenticatorOptions,
  credentials: readonly SoftwareCredential[],
  request: AuthenticationOptionsJSON,
  knobs: AuthenticationKnobs,
): AuthenticationResponseJSON {
  const allowed = new Set(request.allowCredentials.map((descriptor) => descriptor.id))
  const credential =
    knobs.credential ??
    credentials.findLast((one) => one.rpId === request.rpId && (allowed.size === 0 || allowed.has(one.id)))
  if (credential === undefined)
    throw new Error('Unexpected options, expected a credential of this authenticator.')
  if (options.signCount === 'rising') credential.signCount++
  const clientData = clientDataOf('webauthn.get', options.origin, request.challenge, knobs)
  const authData = authenticatorDataOf(credential, knobs, Buffer.alloc(0))
  const signature = sign('sha256', signedBytes(authData, clientData), knobs.signWith ?? credential.privateKey)
  const userHandle = knobs.userHandle === undefined ? credential.userHandle : knobs.userHandle
  const id = knobs.credentialId ?? credential.id
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: (knobs.signature?.(signature) ?? signature).toString('base64url'),
      ...(userHandle === null ? {} : { userHandle }),
    },
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
  }
}

/** WebAuthn L3 §5.8.1.1: the members in the order of the limited verification algorithm. */
function clientDataOf(type: string, origin: string, challenge: string, knobs: CommonKnobs): Buffer {
  const text = JSON.stringify({
    type: knobs.type ?? type,
    challenge: knobs.challenge ?? challenge,
    origin: knobs.origin ?? origin,
    crossOrigin: knobs.crossOrigin ?? false,
    ...(knobs.topOrigin === undefined ? {} : { topOrigin: knobs.topOrigin }),
  })
  return Buffer.from(knobs.clientData?.(text) ?? text)
}

/** WebAuthn L3 §6.1: rpIdHash ‖ flags ‖ signCount ‖ attested credential data. */
function authenticatorDataOf(credential: SoftwareCredential, knobs: CommonKnobs, attested: Buffer): Buffer {
  const flags =
    ((knobs.userPresent ?? true) ? 0x01 : 0) |
    ((knobs.userVerified ?? true) ? 0x04 : 0) |
    ((knobs.backupEligible ?? credential.backupEligible) ? 0x08 : 0) |
    ((knobs.backedUp ?? credential.backedUp) ? 0x10 : 0) |
    (attested.length > 0 ? 0x40 : 0)
  const signCount = Buffer.alloc(4)
  signCount.writeUInt32BE(knobs.signCount ?? credential.signCount)
  const data = Buffer.concat([
    createHash('sha256')
      .update(knobs.rpId ?? credential.rpId)
      .digest(),
    Buffer.of(flags),
    signCount,
    attested,
  ])
  return knobs.authenticatorData?.(data) ?? data
}

function signedBytes(authData: Buffer, clientData: Buffer): Buffer {
  return Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
}

/** COSE_Key of a P-256 public key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}, in CTAP2 canonical order. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const head = Buffer.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
  return Buffer.concat([
    head,
    Buffer.from(x, 'base64url'),
    Buffer.of(0x22, 0x58, 0x20),
    Buffer.from(y, 'base64url'),
  ])
}

/** CBOR map {fmt, attStmt, authData} in canonical order (WebAuthn L3 §6.5.4). */
function attestationObject(format: 'none' | 'packed', signature: Buffer, authData: Buffer): Buffer {
  const statement =
    format === 'none'
      ? Buffer.of(0xa0)
      : Buffer.concat([Buffer.of(0xa2), text('alg'), Buffer.of(0x26), text('sig'), bytes(signature)])
  return Buffer.concat([
    Buffer.of(0xa3),
    text('fmt'),
    text(format),
    text('attStmt'),
    statement,
    text('authData'),
    bytes(authData),
  ])
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(0x60 | value.length), Buffer.from(value)])
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([
    value.length < 256 ? Buffer.of(0x58, value.length) : Buffer.of(0x59, ...uint16(value.length)),
    value,
  ])
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255)
}
