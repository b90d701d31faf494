import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { concatBytes, writeExplicit, writeOctetString, writeSequence } from '@keybound/attestation/der'
import { type CborValue, encodeCbor, encodeCoseKey } from '@keybound/protocol/encoding'
import {
  type CertificateKnobs,
  day,
  keyCertSign,
  spkiOf,
  writeCertificate,
  writeExtension,
} from './apple-certificates.ts'

/**
 * Apple's App Attest service in software, for tests: a root, a certificate authority and devices, honest unless a knob
 * says otherwise. Every knob makes one thing wrong and signs the wrong thing correctly, so that a refusal proves the
 * rule and not a broken signature.
 */
export interface AppleAuthority {
  /** DER of the root, for `trust.roots` with `testOnly`. */
  readonly root: Uint8Array
  attest(request: AttestRequest, knobs?: AttestKnobs): SoftwareAttestation
  assert(request: AssertRequest, knobs?: AssertKnobs): Uint8Array
}

export interface AttestRequest {
  /** Team id, a dot, bundle id. */
  readonly appId: string
  readonly clientDataHash: Uint8Array
  /** The key to attest; a fresh P-256 key by default. */
  readonly key?: KeyPair
}

export interface AssertRequest {
  readonly appId: string
  readonly clientDataHash: Uint8Array
  readonly key: KeyPair
  readonly counter: number
}

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export interface SoftwareAttestation {
  readonly attestationObject: Uint8Array
  readonly keyId: Uint8Array
  readonly key: KeyPair
  /** DER, as the verifier returns it. */
  readonly publicKey: Uint8Array
}

/** What authenticator data can get wrong. */
export interface DataKnobs {
  readonly flags?: number
  readonly counter?: number
  readonly appId?: string
  /** What follows the fixed part: the launch claims of iOS 27, or anything. */
  readonly tail?: Uint8Array
}

export interface AttestKnobs extends DataKnobs {
  readonly aaguid?: string
  readonly credentialId?: Uint8Array
  /** The public key in the authenticator data. */
  readonly credentialKey?: KeyPair
  readonly coseKey?: Uint8Array
  readonly leaf?: CertificateKnobs
  readonly issuer?: CertificateKnobs
  /** The key in the credential certificate. */
  readonly certifiedKey?: KeyPair
  /** The bytes Apple hashes instead of authenticator data and client data hash. */
  readonly nonceOver?: (authData: Uint8Array, clientDataHash: Uint8Array) => Uint8Array
  /** Contents of the nonce extension; `null` leaves it out. */
  readonly nonceExtension?: ((nonce: Uint8Array) => Uint8Array) | null
  /** Contents of the access control extension of macOS. */
  readonly accessControl?: Uint8Array
  readonly x5c?: (certificates: readonly Uint8Array[]) => CborValue
  /** Members of the object and of its statement, before they are encoded. */
  readonly object?: (members: Map<string, CborValue>) => void
  readonly statement?: (members: Map<string, CborValue>) => void
  /** The encoded object. */
  readonly encoded?: (bytes: Uint8Array) => Uint8Array
  /** The authenticator data after Apple has certified it. */
  readonly authDataAfterwards?: (bytes: Uint8Array) => Uint8Array
}

export interface AssertKnobs extends DataKnobs {
  /** The bytes that are signed instead of the nonce. */
  readonly signedOver?: (authenticatorData: Uint8Array, clientDataHash: Uint8Array) => Uint8Array
  readonly signature?: (signature: Uint8Array) => Uint8Array
  readonly object?: (members: Map<string, CborValue>) => void
  readonly encoded?: (bytes: Uint8Array) => Uint8Array
}

const rootName = 'Test App Attestation Root CA'
const issuerName = 'Apple App Attestation CA 1'

/** A fresh key pair. */
export function createAppleKey(namedCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve })
}

/** The launch claims of iOS 27 as they follow the fixed part: category little-endian, version as text. */
export function launchClaims(category: number | undefined, version: string | undefined): Uint8Array {
  const claims = new Map<string, CborValue>()
  if (version !== undefined) claims.set('apple_bundle_version_01', version)
  if (category !== undefined) {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, category, true)
    claims.set('apple_validation_category_01', bytes)
  }
  return encodeCbor(claims)
}

/** An authority whose certificates are good around `now`. */
export function createAppleAuthority(now: Date): AppleAuthority {
  const rootKey = createAppleKey('P-384')
  const issuerKey = createAppleKey('P-384')
  const root = writeCertificate(
    { ca: true, keyUsage: keyCertSign },
    { subject: rootName, issuer: rootName, key: rootKey.publicKey, signer: rootKey.privateKey, now },
  )
  const makeIssuer = (knobs: CertificateKnobs = {}) =>
    writeCertificate(
      { ca: true, pathLength: 0, keyUsage: keyCertSign, ...knobs },
      { subject: issuerName, issuer: rootName, key: issuerKey.publicKey, signer: rootKey.privateKey, now },
    )
  const genuineIssuer = makeIssuer()
  return {
    root,
    attest: (request, knobs = {}) => {
      const issuer = knobs.issuer === undefined ? genuineIssuer : makeIssuer(knobs.issuer)
      return attest(request, knobs, { issuer, signer: issuerKey.privateKey, now })
    },
    assert,
  }
}

interface Issuing {
  readonly issuer: Uint8Array
  readonly signer: KeyObject
  readonly now: Date
}

function attest(request: AttestRequest, knobs: AttestKnobs, issuing: Issuing): SoftwareAttestation {
  const key = request.key ?? createAppleKey()
  const keyId = sha256(pointOf(key.publicKey))
  const authData = concatBytes([
    dataHead(request.appId, knobs.counter ?? 0, knobs),
    Buffer.from(knobs.aaguid ?? 'appattest\0\0\0\0\0\0\0'),
    lengthPrefixed(knobs.credentialId ?? keyId),
    knobs.coseKey ?? coseKeyOf((knobs.credentialKey ?? key).publicKey),
    knobs.tail ?? new Uint8Array(0),
  ])
  const over = knobs.nonceOver ?? ((data, hash) => concatBytes([data, hash]))
  const leaf = writeLeaf(sha256(over(authData, request.clientDataHash)), key, knobs, issuing)
  const certificates = [leaf, issuing.issuer]
  const statement = new Map<string, CborValue>([
    ['x5c', knobs.x5c?.(certificates) ?? certificates],
    ['receipt', Buffer.from('receipt')],
  ])
  knobs.statement?.(statement)
  const object = new Map<string, CborValue>([
    ['fmt', 'apple-appattest'],
    ['attStmt', statement],
    ['authData', knobs.authDataAfterwards?.(authData) ?? authData],
  ])
  knobs.object?.(object)
  const encoded = encodeCbor(object)
  return {
    attestationObject: knobs.encoded?.(encoded) ?? encoded,
    keyId,
    key,
    publicKey: spkiOf(key.publicKey),
  }
}

function writeLeaf(
  nonce: Uint8Array,
  key: KeyPair,
  knobs: AttestKnobs,
  { signer, now }: Issuing,
): Uint8Array {
  const extensions = [...(knobs.leaf?.extensions ?? [])]
  if (knobs.nonceExtension !== null) {
    const value = knobs.nonceExtension?.(nonce) ?? writeSequence(writeExplicit(1, writeOctetString(nonce)))
    extensions.push(writeExtension('1.2.840.113635.100.8.2', value))
  }
  if (knobs.accessControl !== undefined) {
    extensions.push(writeExtension('1.2.840.113635.100.8.6', knobs.accessControl))
  }
  const dates = { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + 2 * day) }
  const certified = (knobs.certifiedKey ?? key).publicKey
  return writeCertificate(
    { ca: false, ...dates, ...knobs.leaf, extensions },
    { subject: 'credential certificate', issuer: issuerName, key: certified, signer, now },
  )
}

function assert(request: AssertRequest, knobs: AssertKnobs = {}): Uint8Array {
  const data = concatBytes([
    dataHead(request.appId, knobs.counter ?? request.counter, knobs),
    knobs.tail ?? new Uint8Array(0),
  ])
  const over = knobs.signedOver ?? ((bytes, hash) => sha256(concatBytes([bytes, hash])))
  const signature = sign('sha256', over(data, request.clientDataHash), request.key.privateKey)
  const object = new Map<string, CborValue>([
    ['signature', knobs.signature?.(signature) ?? signature],
    ['authenticatorData', data],
  ])
  knobs.object?.(object)
  const encoded = encodeCbor(object)
  return knobs.encoded?.(encoded) ?? encoded
}

function dataHead(appId: string, counter: number, knobs: DataKnobs): Uint8Array {
  const head = Buffer.alloc(37)
  head.set(sha256(Buffer.from(knobs.appId ?? appId)))
  head.writeUInt8(knobs.flags ?? 0x40, 32)
  head.writeUInt32BE(counter, 33)
  return head
}

function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes])
}

function pointOf(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return concatBytes([Uint8Array.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}

function coseKeyOf(key: KeyObject): Uint8Array {
  const point = pointOf(key)
  const [x, y] = [point.subarray(1, 33), point.subarray(33)]
  return encodeCoseKey({ type: 'EC2', algorithm: -7, curve: 'P-256', x, y })
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}
