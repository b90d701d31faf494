import { malformedDer } from '../der/malformed.ts'
import { DerReader } from '../der/reader.ts'
import { derTag } from '../der/tag.ts'
import {
  readIntegerBytes,
  readNull,
  readObjectIdentifier,
  readOctetBitString,
  readUint,
} from '../der/values.ts'
import { oid } from './oids.ts'

export type EllipticCurve = 'p256' | 'p384' | 'p521'

/** A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): the key as written, and what kind of key it is. */
export type PublicKeyInfo =
  | {
      readonly kind: 'ec'
      readonly spki: Uint8Array
      readonly curve: EllipticCurve
      /** The uncompressed point, 04 ‖ x ‖ y. Whether it lies on the curve is for the crypto port to refuse. */
      readonly point: Uint8Array
    }
  | {
      readonly kind: 'rsa'
      readonly spki: Uint8Array
      readonly modulusBits: number
      readonly publicExponent: number
    }
  | { readonly kind: 'ed25519'; readonly spki: Uint8Array }
  /** Any other algorithm (ML-DSA, other curves): named, never used. */
  | { readonly kind: 'other'; readonly spki: Uint8Array; readonly algorithm: string }

const curves: ReadonlyMap<string, { readonly curve: EllipticCurve; readonly pointLength: number }> = new Map([
  [oid.p256, { curve: 'p256', pointLength: 65 }],
  [oid.p384, { curve: 'p384', pointLength: 97 }],
  [oid.p521, { curve: 'p521', pointLength: 133 }],
])

/** Reads one SubjectPublicKeyInfo that fills the input. Refuses with `malformed_encoding`. */
export function parsePublicKeyInfo(spki: Uint8Array): PublicKeyInfo {
  const reader = new DerReader(spki)
  const key = readPublicKeyInfo(reader)
  reader.end()
  return key
}

/** Reads a SubjectPublicKeyInfo. */
export function readPublicKeyInfo(reader: DerReader): PublicKeyInfo {
  const start = reader.offset
  const sequence = reader.enter()
  const spki = reader.since(start)
  const identifier = sequence.enter()
  const algorithm = readObjectIdentifier(identifier)
  const key = readOctetBitString(sequence)
  sequence.end()
  switch (algorithm) {
    case oid.ecPublicKey:
      return readEcKey(spki, identifier, key)
    case oid.rsaEncryption:
      return readRsaKey(spki, identifier, key)
    case oid.ed25519:
      identifier.end()
      if (key.length !== 32) throw malformedDer('RFC 8410 §4', 'Unexpected Ed25519 key, expected 32 bytes.')
      return { kind: 'ed25519', spki }
    default:
      return { kind: 'other', spki, algorithm }
  }
}

/** RFC 5480 §2: named curves only, uncompressed points only. */
function readEcKey(spki: Uint8Array, identifier: DerReader, point: Uint8Array): PublicKeyInfo {
  const name = readObjectIdentifier(identifier)
  identifier.end()
  const known = curves.get(name)
  if (known === undefined) return { kind: 'other', spki, algorithm: `${oid.ecPublicKey} ${name}` }
  if (point.length !== known.pointLength || point[0] !== 4) {
    throw malformedDer('RFC 5480 §2.2', `Unexpected point, expected an uncompressed one of ${known.curve}.`)
  }
  return { kind: 'ec', spki, curve: known.curve, point }
}

/** RFC 8017 §A.1.1. The bounds keep one check from costing more than thousands of others. */
function readRsaKey(spki: Uint8Array, identifier: DerReader, contents: Uint8Array): PublicKeyInfo {
  readNull(identifier)
  identifier.end()
  const outer = new DerReader(contents, identifier.budget)
  const sequence = outer.enter(derTag.sequence)
  outer.end()
  const modulus = readIntegerBytes(sequence)
  const publicExponent = readUint(sequence)
  sequence.end()
  const modulusBits = bitLength(modulus)
  if (modulusBits < 1024 || modulusBits > 8192) {
    throw malformedDer('size', `Unexpected RSA modulus of ${modulusBits} bits, expected 1024 to 8192.`)
  }
  if (publicExponent < 3 || publicExponent > 0xffffffff || publicExponent % 2 === 0) {
    throw malformedDer('RFC 8017 §3.1', `Unexpected RSA exponent ${publicExponent}, expected odd, 3 to 2^32.`)
  }
  return { kind: 'rsa', spki, modulusBits, publicExponent }
}

/** Bits of a positive INTEGER; 0 for a negative one. */
function bitLength(integer: Uint8Array): number {
  const [first = 0, second = 0] = integer
  if (first >= 0x80) return 0
  const [leading, octets] = first === 0 ? [second, integer.length - 1] : [first, integer.length]
  return octets === 0 ? 0 : (octets - 1) * 8 + (32 - Math.clz32(leading))
}

/** A key for a person: `EC P-256`, `RSA 2048`. */
export function describeKey(key: PublicKeyInfo): string {
  switch (key.kind) {
    case 'ec':
      return `EC ${key.curve.replace('p', 'P-')}`
    case 'rsa':
      return `RSA ${key.modulusBits}`
    case 'ed25519':
      return 'Ed25519'
    case 'other':
      return `algorithm ${key.algorithm}`
  }
}
