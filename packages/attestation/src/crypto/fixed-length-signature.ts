import { writeInteger, writeSequence } from '../der/writer.ts'
import type { CryptoPort, PublicKey } from './port.ts'

const scalarSize = 32

/**
 * Whether the key made an ES256 signature of a JWS: r ‖ s, 32 bytes each (RFC 7518 §3.4). False for any other length; the
 * port, which takes ECDSA as X.509 writes it, judges the rest and throws as {@link CryptoPort.verify} does.
 */
export async function verifyEs256(
  crypto: CryptoPort,
  key: PublicKey,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  if (signature.length !== 2 * scalarSize) return false
  const [r, s] = [signature.subarray(0, scalarSize), signature.subarray(scalarSize)]
  return crypto.verify('ecdsa-p256-sha256', key, writeSequence(writeInteger(r), writeInteger(s)), data)
}
