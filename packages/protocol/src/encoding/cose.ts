import type { CoseAlgorithm } from '../wire/webauthn.ts'
import { type CborMap, type CborValue, decodeCbor } from './cbor.ts'
import { encodeCbor } from './cbor-encoder.ts'
import { malformed } from './malformed.ts'

/** An elliptic curve point, affine and uncompressed; coordinates have the exact length of the curve. */
export interface CoseEllipticKey {
  readonly type: 'EC2'
  readonly algorithm: CoseAlgorithm
  readonly curve: 'P-256' | 'P-384' | 'P-521'
  readonly x: Uint8Array
  readonly y: Uint8Array
}

/** An Edwards curve key. */
export interface CoseEdwardsKey {
  readonly type: 'OKP'
  readonly algorithm: CoseAlgorithm
  readonly curve: 'Ed25519' | 'Ed448'
  readonly x: Uint8Array
}

/** An RSA key of 2,048 to 8,192 bits; both numbers big-endian in the fewest bytes. */
export interface CoseRsaKey {
  readonly type: 'RSA'
  readonly algorithm: CoseAlgorithm
  readonly n: Uint8Array
  readonly e: Uint8Array
}

/** An algorithm key pair's public half: ML-DSA. */
export interface CoseAkpKey {
  readonly type: 'AKP'
  readonly algorithm: CoseAlgorithm
  readonly parameters: 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'
  readonly publicKey: Uint8Array
}

/** A public key whose encoding is right; that its point is on the curve, only a crypto port can say. */
export type CoseKey = CoseEllipticKey | CoseEdwardsKey | CoseRsaKey | CoseAkpKey

interface EllipticShape {
  readonly type: 'EC2'
  readonly curve: CoseEllipticKey['curve']
  readonly crv: number
  readonly size: number
}
interface EdwardsShape {
  readonly type: 'OKP'
  readonly curve: CoseEdwardsKey['curve']
  readonly crv: number
  readonly size: number
}
interface AkpShape {
  readonly type: 'AKP'
  readonly parameters: CoseAkpKey['parameters']
  readonly size: number
}
type Shape = EllipticShape | EdwardsShape | AkpShape | { readonly type: 'RSA' }

const p256 = { type: 'EC2', curve: 'P-256', crv: 1, size: 32 } as const
const p384 = { type: 'EC2', curve: 'P-384', crv: 2, size: 48 } as const
const p521 = { type: 'EC2', curve: 'P-521', crv: 3, size: 66 } as const
const ed25519 = { type: 'OKP', curve: 'Ed25519', crv: 6, size: 32 } as const
const ed448 = { type: 'OKP', curve: 'Ed448', crv: 7, size: 57 } as const

/** What a key of each algorithm looks like (WebAuthn L3 §5.8.5, RFC 9053, RFC 9864, RFC 8812; ML-DSA as the COSE registry has it). */
const shapes: ReadonlyMap<CborValue | undefined, Shape> = new Map<CoseAlgorithm, Shape>([
  [-7, p256],
  [-9, p256],
  [-35, p384],
  [-51, p384],
  [-36, p521],
  [-52, p521],
  [-8, ed25519],
  [-19, ed25519],
  [-53, ed448],
  [-257, { type: 'RSA' }],
  [-37, { type: 'RSA' }],
  [-38, { type: 'RSA' }],
  [-39, { type: 'RSA' }],
  [-48, { type: 'AKP', parameters: 'ML-DSA-44', size: 1312 }],
  [-49, { type: 'AKP', parameters: 'ML-DSA-65', size: 1952 }],
  [-50, { type: 'AKP', parameters: 'ML-DSA-87', size: 2592 }],
])

const keyTypes = { OKP: 1, EC2: 2, RSA: 3, AKP: 7 } as const

/**
 * Decodes a COSE_Key that fills the input. Rules as {@link parseCoseKey}. Byte strings are views on the input.
 * Refuses with `malformed_encoding`.
 */
export function decodeCoseKey(bytes: Uint8Array): CoseKey {
  return parseCoseKey(decodeCbor(bytes, { maxBytes: 4096, maxDepth: 1 }))
}

/**
 * Reads a decoded COSE_Key (RFC 9052 §7) as WebAuthn wants it (L3 §6.5.1.1): `alg` present and known, `kty` and `crv`
 * consistent with it, exactly the labels of that key type and no other (so no private part and no optional one), every
 * number in its exact length, points uncompressed. Refuses with `malformed_encoding`.
 */
export function parseCoseKey(value: CborValue): CoseKey {
  if (!(value instanceof Map))
    throw malformed('RFC 9052 §7', 'Unexpected CBOR item, expected a COSE_Key map.')
  const labels: CborMap = value
  const algorithm = labels.get(3)
  const shape = shapes.get(algorithm)
  if (shape === undefined) {
    throw malformed('WebAuthn L3 §6.5.1.1', 'Unexpected alg (3) in COSE_Key, expected a supported algorithm.')
  }
  if (labels.get(1) !== keyTypes[shape.type]) {
    throw malformed('RFC 9053 §2', `Unexpected kty (1) in COSE_Key, expected ${keyTypes[shape.type]}.`)
  }
  return readShape(labels, algorithm as CoseAlgorithm, shape)
}

function readShape(labels: CborMap, algorithm: CoseAlgorithm, shape: Shape): CoseKey {
  switch (shape.type) {
    case 'EC2': {
      requireLabels(labels, 5)
      requireCurve(labels, shape)
      const { type, curve, size } = shape
      return { type, algorithm, curve, x: exactBytes(labels, -2, size), y: exactBytes(labels, -3, size) }
    }
    case 'OKP': {
      requireLabels(labels, 4)
      requireCurve(labels, shape)
      return { type: 'OKP', algorithm, curve: shape.curve, x: exactBytes(labels, -2, shape.size) }
    }
    case 'RSA':
      requireLabels(labels, 4)
      return { type: 'RSA', algorithm, n: modulus(labels), e: exponent(labels) }
    case 'AKP': {
      requireLabels(labels, 3)
      const { type, parameters, size } = shape
      return { type, algorithm, parameters, publicKey: exactBytes(labels, -1, size) }
    }
  }
}

/** Every label of the type is read by name, so the right count means that there is no other. */
function requireLabels(labels: CborMap, count: number): void {
  if (labels.size !== count) {
    throw malformed(
      'WebAuthn L3 §6.5.1.1',
      `Unexpected ${labels.size} labels in COSE_Key, expected ${count}.`,
    )
  }
}

function requireCurve(labels: CborMap, shape: EllipticShape | EdwardsShape): void {
  if (labels.get(-1) !== shape.crv) {
    throw malformed('WebAuthn L3 §5.8.5', `Unexpected crv (-1) in COSE_Key, expected ${shape.crv}.`)
  }
}

function exactBytes(labels: CborMap, label: number, size: number): Uint8Array {
  const bytes = labels.get(label)
  if (!(bytes instanceof Uint8Array) || bytes.length !== size) {
    throw malformed('RFC 9053 §7', `Unexpected label ${label} in COSE_Key, expected ${size} bytes.`)
  }
  return bytes
}

/** RFC 8230 §4: the fewest bytes. Below 2,048 bits is too weak to trust, above 8,192 only costs. */
function modulus(labels: CborMap): Uint8Array {
  const n = labels.get(-1)
  if (!(n instanceof Uint8Array) || n.length > 1024 || n[0] === 0 || !hasBits(n, 2048)) {
    throw malformed(
      'RFC 8230 §4',
      'Unexpected n (-1) in COSE_Key, expected 2,048 to 8,192 bits in the fewest bytes.',
    )
  }
  return n
}

/** Whether a number without leading zeros has at least this many bits, a multiple of eight. */
function hasBits(magnitude: Uint8Array, bits: number): boolean {
  const bytes = bits / 8
  return magnitude.length > bytes || (magnitude.length === bytes && (magnitude[0] as number) >= 0x80)
}

function exponent(labels: CborMap): Uint8Array {
  const e = labels.get(-2)
  const valid =
    e instanceof Uint8Array &&
    e.length <= 4 &&
    e[0] &&
    (e.at(-1) as number) & 1 &&
    !(e.length === 1 && e[0] === 1)
  if (!valid) throw malformed('RFC 8230 §4', 'Unexpected e (-2) in COSE_Key, expected an odd number above 1.')
  return e
}

/** Encodes a key as a COSE_Key in the canonical order of CTAP2; for authenticators made in software and for tests. */
export function encodeCoseKey(key: CoseKey): Uint8Array<ArrayBuffer> {
  const labels = new Map<number, CborValue>([
    [1, keyTypes[key.type]],
    [3, key.algorithm],
  ])
  const shape = shapes.get(key.algorithm)
  if (shape !== undefined && 'crv' in shape) labels.set(-1, shape.crv)
  if (key.type === 'RSA') labels.set(-1, key.n).set(-2, key.e)
  else if (key.type === 'AKP') labels.set(-1, key.publicKey)
  else labels.set(-2, key.x)
  if (key.type === 'EC2') labels.set(-3, key.y)
  return encodeCbor(labels)
}
