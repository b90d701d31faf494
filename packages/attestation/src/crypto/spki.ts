import type { CoseKey } from '@keybound/protocol/encoding'
import type { KeyKind } from './algorithms.ts'
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
const rsaAlgorithm = hex('300d06092a864886f70d0101010500')

/**
 * The kind of key a SubjectPublicKeyInfo holds, or undefined when it is not in the one DER encoding of that kind:
 * named curve, uncompressed point, exact lengths, nothing after. Libraries differ in what else they take, so every
 * port asks here first.
 */
export function keyKindOf(spki: Uint8Array): KeyKind | undefined {
  for (const [kind, { head, size, first }] of fixedKinds) {
    if (spki.length !== head.length + size || !startsWith(spki, head, 0)) continue
    return first === undefined || spki[head.length] === first ? kind : undefined
  }
  return isRsa(spki) ? 'RSA' : undefined
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, at: number): boolean {
  return prefix.every((byte, index) => byte === bytes[at + index])
}

/** SEQUENCE { rsaEncryption, BIT STRING { SEQUENCE { INTEGER n, INTEGER e } } }, each filling the one around it. */
function isRsa(spki: Uint8Array): boolean {
  const outer = enter(spki, 0x30, 0, spki.length)
  if (outer === undefined || !startsWith(spki, rsaAlgorithm, outer)) return false
  const bits = enter(spki, 0x03, outer + rsaAlgorithm.length, spki.length)
  if (bits === undefined || spki[bits] !== 0) return false
  const numbers = enter(spki, 0x30, bits + 1, spki.length)
  if (numbers === undefined) return false
  const afterModulus = skipPositive(spki, numbers)
  return afterModulus !== undefined && skipPositive(spki, afterModulus) === spki.length
}

/** Where the content of the element at `at` begins, if it has this tag and ends exactly at `end`. */
function enter(bytes: Uint8Array, tag: number, at: number, end: number): number | undefined {
  const header = readHeader(bytes, tag, at)
  return header !== undefined && header.content + header.length === end ? header.content : undefined
}

function skipPositive(bytes: Uint8Array, at: number): number | undefined {
  const header = readHeader(bytes, 0x02, at)
  if (header === undefined || header.length === 0) return undefined
  const [lead = 0, next = 0] = bytes.subarray(header.content, header.content + 2)
  if (lead >= 0x80 || (lead === 0 && (header.length === 1 || next < 0x80))) return undefined
  return header.content + header.length
}

/** Definite length in its shortest form, at most two bytes: no key here is longer. */
function readHeader(
  bytes: Uint8Array,
  tag: number,
  at: number,
): { readonly content: number; readonly length: number } | undefined {
  const [found, first = 0, second = 0, third = 0] = bytes.subarray(at, at + 4)
  if (found !== tag) return undefined
  if (first < 0x80) return { content: at + 2, length: first }
  if (first === 0x81 && second >= 0x80) return { content: at + 3, length: second }
  const length = second * 256 + third
  return first === 0x82 && length > 0xff ? { content: at + 4, length } : undefined
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
      return { spki: concat(fixed[key.curve].head, key.x) }
    case 'AKP':
      return { spki: concat(fixed[key.parameters].head, key.publicKey) }
    case 'RSA': {
      const numbers = element(0x30, concat(integer(key.n), integer(key.e)))
      return { spki: element(0x30, concat(rsaAlgorithm, element(0x03, concat(Uint8Array.of(0), numbers)))) }
    }
  }
}

function integer(magnitude: Uint8Array): Uint8Array {
  const signed = (magnitude[0] as number) >= 0x80 ? concat(Uint8Array.of(0), magnitude) : magnitude
  return element(0x02, signed)
}

function element(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return concat(Uint8Array.from(header), content)
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
