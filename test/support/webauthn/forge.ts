import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@keybound/protocol'
import {
  type CborValue,
  type CoseKey,
  encodeBase64Url,
  encodeCbor,
  encodeCoseKey,
} from '@keybound/protocol/encoding'

/**
 * Writes WebAuthn responses part by part, right in everything until a test changes a part; whatever is changed is
 * hashed and signed as changed, so that a refusal proves the rule and not a broken signature.
 */

export const rpId = 'example.org'
export const origin = 'https://example.org'
/** A challenge of 32 bytes, base64url. */
export const challenge = encodeBase64Url(new Uint8Array(32).fill(0x5a))
export const credentialId = new Uint8Array(32).fill(0x11)
export const userHandle = new TextEncoder().encode('ada')

export const sha256 = (data: Uint8Array | string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(data).digest())
export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** A key pair with its COSE_Key. */
export interface ForgedKey {
  readonly privateKey: KeyObject
  readonly cose: CoseKey
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null
}

const ellipticCurves = {
  'P-256': { algorithm: -7, hash: 'sha256' },
  'P-384': { algorithm: -35, hash: 'sha384' },
  'P-521': { algorithm: -36, hash: 'sha512' },
} as const

/** A fresh key pair on an elliptic curve. */
export function makeKey(curve: keyof typeof ellipticCurves = 'P-256'): ForgedKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = { x: fromBase64Url(x), y: fromBase64Url(y) }
  const { algorithm, hash } = ellipticCurves[curve]
  return { privateKey, cose: { type: 'EC2', algorithm, curve, ...point }, spki: spkiOf(publicKey), hash }
}

/** A fresh RSA key pair for RS256. */
export function makeRsaKey(modulusLength = 2048): ForgedKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const cose = { type: 'RSA', algorithm: -257, n: fromBase64Url(n), e: fromBase64Url(e) } as const
  return { privateKey, cose, spki: spkiOf(publicKey), hash: 'sha256' }
}

/** A fresh Ed25519 key pair. */
export function makeEdwardsKey(): ForgedKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const cose = { type: 'OKP', algorithm: -8, curve: 'Ed25519', x: fromBase64Url(x) } as const
  return { privateKey, cose, spki: spkiOf(publicKey), hash: null }
}

/** A fresh ML-DSA-44 key pair, where the runtime has the algorithm. */
export function makeMlDsaKey(): ForgedKey {
  const { privateKey, publicKey } = generateKeyPairSync('ml-dsa-44')
  const spki = spkiOf(publicKey)
  const cose = {
    type: 'AKP',
    algorithm: -48,
    parameters: 'ML-DSA-44',
    publicKey: spki.subarray(-1312),
  } as const
  return { privateKey, cose, spki, hash: null }
}

function fromBase64Url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}

function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }))
}

/** The default credential key of all forged responses. */
export const credentialKey = makeKey()

export function signWith({ privateKey, hash }: ForgedKey, data: Uint8Array): Uint8Array {
  return new Uint8Array(sign(hash, data, privateKey))
}

/** Members of the client data; undefined leaves one out. */
export type ClientDataSpec = Readonly<Record<string, unknown>>

/** clientDataJSON of a ceremony with some members changed, or other text or bytes altogether. */
function writeClientData(type: string, spec: ClientDataSpec | string | Uint8Array): Uint8Array {
  if (spec instanceof Uint8Array) return spec
  if (typeof spec === 'string') return new TextEncoder().encode(spec)
  return new TextEncoder().encode(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...spec }))
}

export const flags = { up: 1, uv: 4, be: 8, bs: 16, at: 64, ed: 128 }

export interface AuthenticatorDataSpec {
  readonly rpId?: string
  /** Without AT and ED, which follow from what is there. Default UP and UV. */
  readonly flags?: number
  readonly signCount?: number
  readonly extensions?: CborValue
  /** What follows, attested credential data and extensions, in place of what the rest says. */
  readonly tail?: Uint8Array
  /** The last word on the bytes. */
  readonly edit?: (data: Uint8Array) => Uint8Array
}

function writeAuthenticatorData(spec: AuthenticatorDataSpec, attested: Uint8Array): Uint8Array {
  const extensions = spec.extensions === undefined ? new Uint8Array() : encodeCbor(spec.extensions)
  const bits =
    (spec.flags ?? flags.up | flags.uv) |
    (attested.length > 0 ? flags.at : 0) |
    (extensions.length > 0 ? flags.ed : 0)
  const head = new Uint8Array(37)
  head.set(sha256(spec.rpId ?? rpId))
  head[32] = bits
  new DataView(head.buffer).setUint32(33, spec.signCount ?? 0)
  const data = concat(head, spec.tail ?? concat(attested, extensions))
  return spec.edit?.(data) ?? data
}

/** What an attestation statement is made from. */
export interface ToAttest {
  readonly authenticatorData: Uint8Array
  readonly clientDataHash: Uint8Array
  /** The two together. */
  readonly signedData: Uint8Array
}

export interface RegistrationSpec {
  readonly key?: ForgedKey
  /** COSE_Key bytes in place of those of the key. */
  readonly coseKey?: Uint8Array
  readonly credentialId?: Uint8Array
  readonly aaguid?: Uint8Array
  readonly clientData?: ClientDataSpec | string | Uint8Array
  readonly authenticatorData?: AuthenticatorDataSpec
  readonly format?: string
  readonly statement?: (toAttest: ToAttest) => CborValue
  /** The last word on the attestation object. */
  readonly attestationObject?: (bytes: Uint8Array) => Uint8Array
  /** Members of the response JSON, as the client would send them. */
  readonly json?: Readonly<Record<string, unknown>>
}

/** A registration response: ES256, UP and UV, no attestation, unless the spec says otherwise. */
export function forgeRegistration(spec: RegistrationSpec = {}): RegistrationResponseJSON {
  const id = spec.credentialId ?? credentialId
  const coseKey = spec.coseKey ?? encodeCoseKey((spec.key ?? credentialKey).cose)
  const length = Uint8Array.of(id.length >> 8, id.length & 0xff)
  const attested = concat(spec.aaguid ?? new Uint8Array(16), length, id, coseKey)
  const authenticatorData = writeAuthenticatorData(spec.authenticatorData ?? {}, attested)
  const clientData = writeClientData('webauthn.create', spec.clientData ?? {})
  const clientDataHash = sha256(clientData)
  const toAttest = {
    authenticatorData,
    clientDataHash,
    signedData: concat(authenticatorData, clientDataHash),
  }
  const object = encodeCbor(
    new Map<string, CborValue>([
      ['fmt', spec.format ?? 'none'],
      ['attStmt', spec.statement?.(toAttest) ?? new Map()],
      ['authData', authenticatorData],
    ]),
  )
  return {
    id: encodeBase64Url(id),
    rawId: encodeBase64Url(id),
    type: 'public-key',
    response: {
      clientDataJSON: encodeBase64Url(clientData),
      attestationObject: encodeBase64Url(spec.attestationObject?.(object) ?? object),
      transports: ['internal'],
    },
    clientExtensionResults: {},
    ...spec.json,
  }
}

/** `packed` self attestation by this key. */
export function selfStatement(key: ForgedKey = credentialKey): (toAttest: ToAttest) => CborValue {
  return ({ signedData }) =>
    new Map<string, CborValue>([
      ['alg', key.cose.algorithm],
      ['sig', signWith(key, signedData)],
    ])
}

export interface AssertionSpec {
  readonly key?: ForgedKey
  readonly credentialId?: Uint8Array
  readonly clientData?: ClientDataSpec | string | Uint8Array
  readonly authenticatorData?: AuthenticatorDataSpec
  /** The last word on the signature. */
  readonly signature?: (signature: Uint8Array, signedData: Uint8Array) => Uint8Array
  readonly userHandle?: Uint8Array
  readonly json?: Readonly<Record<string, unknown>>
}

/** An authentication response: UP and UV, counter 10, no user handle, unless the spec says otherwise. */
export function forgeAssertion(spec: AssertionSpec = {}): AuthenticationResponseJSON {
  const id = encodeBase64Url(spec.credentialId ?? credentialId)
  const authenticatorData = writeAuthenticatorData(
    { signCount: 10, ...spec.authenticatorData },
    new Uint8Array(),
  )
  const clientData = writeClientData('webauthn.get', spec.clientData ?? {})
  const signedData = concat(authenticatorData, sha256(clientData))
  const signature = signWith(spec.key ?? credentialKey, signedData)
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: encodeBase64Url(clientData),
      authenticatorData: encodeBase64Url(authenticatorData),
      signature: encodeBase64Url(spec.signature?.(signature, signedData) ?? signature),
      ...(spec.userHandle === undefined ? {} : { userHandle: encodeBase64Url(spec.userHandle) }),
    },
    clientExtensionResults: {},
    ...spec.json,
  }
}
