/**
 * Whether an ECDSA signature is in strict DER (RFC 3279 §2.2.3, X.690 §10.1): one SEQUENCE of two positive INTEGERs, each
 * in its shortest form and at most `scalarSize` bytes, shortest lengths, nothing after. Whether s is low or high is left
 * alone: WebAuthn takes both.
 */
export function isStrictEcdsaSignature(signature: Uint8Array, scalarSize: number): boolean {
  const start = startOfNumbers(signature)
  if (start < 0) return false
  const middle = endOfPositive(signature, start, scalarSize)
  return middle > 0 && endOfPositive(signature, middle, scalarSize) === signature.length
}

/** The fixed-length form r ‖ s that WebCrypto wants, or undefined where the signature is not in strict DER. */
export function toFixedLength(
  signature: Uint8Array,
  scalarSize: number,
): Uint8Array<ArrayBuffer> | undefined {
  if (!isStrictEcdsaSignature(signature, scalarSize)) return undefined
  const fixed = new Uint8Array(2 * scalarSize)
  let at = startOfNumbers(signature)
  for (const end of [scalarSize, 2 * scalarSize]) {
    const next = at + 2 + (signature[at + 1] as number)
    // The sign byte is the one that may be longer than the scalar.
    const magnitude = signature.subarray(Math.max(at + 2, next - scalarSize), next)
    fixed.set(magnitude, end - magnitude.length)
    at = next
  }
  return fixed
}

/** Where the two numbers begin, or -1. Only signatures of P-521 need a second byte for their length. */
function startOfNumbers(signature: Uint8Array): number {
  const isLong = signature[1] === 0x81
  const start = isLong ? 3 : 2
  const length = signature[start - 1]
  if (signature[0] !== 0x30 || length === undefined || length !== signature.length - start) return -1
  return isLong === length >= 0x80 ? start : -1
}

/** Where the INTEGER at `at` ends, if it is above zero and minimal (X.690 §8.3.2); else -1. */
function endOfPositive(bytes: Uint8Array, at: number, maxSize: number): number {
  const length = bytes[at + 1]
  const lead = bytes[at + 2]
  if (bytes[at] !== 0x02 || length === undefined || lead === undefined) return -1
  const end = at + 2 + length
  if (length === 0 || end > bytes.length || lead >= 0x80) return -1
  if (lead !== 0) return length <= maxSize ? end : -1
  // A zero byte stands only before a set top bit; this refuses the number zero as well.
  return length > 1 && length <= maxSize + 1 && (bytes[at + 3] as number) >= 0x80 ? end : -1
}
