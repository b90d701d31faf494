import { KeyboundError } from '@keybound/protocol'
import type { CoseKey } from '@keybound/protocol/encoding'
import {
  concatBytes,
  writeBitString,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeSequence,
} from '../der/writer.ts'
import { oid } from '../x509/oids.ts'
import { parsePublicKeyInfo } from '../x509/public-key.ts'
import type { KeyKind } from './algorithms.ts'
import { isSoundEdwardsPoint } from './edwards-point.ts'
import type { PublicKey } from './port.ts'

/**
 * SubjectPublicKeyInfo of a key whose numbers have a fixed length is a fixed head and the key (RFC 5480, RFC 8410,
 * RFC 9881). `first` is the byte that the key itself must begin with: 4, an uncompressed point.
 */
interface FixedEncoding {
  readonly head: Uint8Array
  readonly size: number
  readonly first?: number
}

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))

const fixed: Readonly<Record<Exclude<KeyKind, 'RSA'>, FixedEncoding>> = {
  'P-256': { head: hex('3059301306072a8648ce3d020106082a8648ce3d030107034200'), size: 65, first: 4 },
  'P-384': { head: hex('3076301006072a8648ce3d020106052b81040022036200'), size: 97, first: 4 },
  'P-521': { head: hex('30819b301006072a8648ce3d020106052b8104002303818600'), size: 133, first: 4 },
  Ed25519: { head: hex('302a300506032b6570032100'), size: 32 },
  Ed448: { head: hex('3043300506032b6571033a00'), size: 57 },
  'ML-DSA-44': { head: hex('30820532300b06096086480165030403110382052100'), size: 1312 },
  'ML-DSA-65': { head: hex('308207b2300b0609608648016503040312038207a100'), size: 1952 },
  'ML-DSA-87': { head: hex('30820a32300b060960864801650304031303820a2100'), size: 2592 },
}
const fixedKinds = Object.entries(fixed) as [Exclude<KeyKind, 'RSA'>, FixedEncoding][]

/** AlgorithmIdentifier rsaEncryption with its NULL (RFC 3279 §2.3.1). */
const rsaAlgorithm = writeSequence(writeObjectIdentifier(oid.rsaEncryption), writeNull())

/**
 * The kind of key a SubjectPublicKeyInfo holds, or undefined when it is not in the one DER encoding of that kind:
 * named curve, uncompressed point, exact lengths, nothing after, no Edwards point of low order. Libraries differ in what
 * else they take, so every port asks here first.
 */
export function keyKindOf(spki: Uint8Array): KeyKind | undefined {
  for (const [kind, { head, size, first }] of fixedKinds) {
    if (spki.length !== head.length + size || !startsWith(spki, head)) continue
    const key = spki.subarray(head.length)
    if (kind === 'Ed25519' || kind === 'Ed448') return isSoundEdwardsPoint(kind, key) ? kind : undefined
    return first === undefined || key[0] === first ? kind : undefined
  }
  return isRsa(spki) ? 'RSA' : undefined
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  for (let at = 0; at < prefix.length; at++) if (bytes[at] !== prefix[at]) return false
  return true
}

function isRsa(spki: Uint8Array): boolean {
  try {
    return parsePublicKeyInfo(spki).kind === 'rsa'
  } catch (cause) {
    if (cause instanceof KeyboundError) return false
    throw cause
  }
}

/** The SubjectPublicKeyInfo of a COSE key: what certificates and crypto ports call the same key. */
export function publicKeyOfCose(key: CoseKey): PublicKey {
  switch (key.type) {
    case 'EC2': {
      const { head, size } = fixed[key.curve]
      const spki = new Uint8Array(head.length + size)
      spki.set(head)
      spki[head.length] = 4
      spki.set(key.x, head.length + 1)
      spki.set(key.y, head.length + 1 + key.x.length)
      return { spki }
    }
    case 'OKP':
      return { spki: concatBytes([fixed[key.curve].head, key.x]) }
    case 'AKP':
      return { spki: concatBytes([fixed[key.parameters].head, key.publicKey]) }
    case 'RSA': {
      const numbers = writeSequence(writeInteger(key.n), writeInteger(key.e))
      return { spki: writeSequence(rsaAlgorithm, writeBitString(numbers)) }
    }
  }
}
