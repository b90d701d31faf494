/** The two numbers of an ECDSA signature, big-endian without leading zeros, as views on the signature. */
export interface EcdsaSignature {
  readonly r: Uint8Array
  readonly s: Uint8Array
}

/**
 * Reads an ECDSA signature in strict DER (RFC 3279 §2.2.3, X.690 §10.1): one SEQUENCE of two positive INTEGERs, each in
 * its shortest form and at most `scalarSize` bytes, shortest lengths, nothing after. Undefined for anything else.
 * Whether s is low or high is left alone: WebAuthn takes both.
 */
export function readEcdsaSignature(signature: Uint8Array, scalarSize: number): EcdsaSignature | undefined {
  // Only signatures of P-521 are longer than 127 bytes inside; their length then takes one more byte.
  const long = signature[1] === 0x81
  const start = long ? 3 : 2
  const length = signature[start - 1]
  if (signature[0] !== 0x30 || length === undefined || length !== signature.length - start) return undefined
  if (long ? length < 0x80 : length >= 0x80) return undefined
  const r = readPositive(signature, start, scalarSize)
  if (r === undefined) return undefined
  const s = readPositive(signature, r.byteOffset - signature.byteOffset + r.length, scalarSize)
  if (s === undefined || s.byteOffset + s.length !== signature.byteOffset + signature.length) return undefined
  return { r, s }
}

/** The INTEGER at `at`, above zero and minimal (X.690 §8.3.2), without its sign byte. */
function readPositive(bytes: Uint8Array, at: number, maxSize: number): Uint8Array | undefined {
  const length = bytes[at + 1]
  if (bytes[at] !== 0x02 || length === undefined || length === 0 || length > maxSize + 1) return undefined
  const first = at + 2
  const end = first + length
  const lead = bytes[first]
  if (end > bytes.length || lead === undefined || lead >= 0x80) return undefined
  if (lead !== 0) return length > maxSize ? undefined : bytes.subarray(first, end)
  // A zero byte stands only before a set top bit; this refuses the number zero as well.
  return length > 1 && (bytes[first + 1] as number) >= 0x80 ? bytes.subarray(first + 1, end) : undefined
}

/** The fixed-length form r ‖ s that WebCrypto wants. */
export function toFixedLength({ r, s }: EcdsaSignature, scalarSize: number): Uint8Array<ArrayBuffer> {
  const fixed = new Uint8Array(2 * scalarSize)
  fixed.set(r, scalarSize - r.length)
  fixed.set(s, 2 * scalarSize - s.length)
  return fixed
}
