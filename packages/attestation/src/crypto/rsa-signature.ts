/**
 * Bytes that an RSA signature must have, leading zeros included (RFC 8017 §8.1.2 and §8.2.2, step 1): libraries take
 * shorter ones, so that a signature would have several forms. 0 where there is no modulus, so no RSA key.
 */
export function rsaSignatureSize(modulusBits: number | undefined): number {
  return Math.ceil((modulusBits ?? 0) / 8)
}
