import { fromBase64 } from '../../internal/bytes.ts'

/** The certificates of a PEM text, in order, as DER. */
export function readPem(text: string): Uint8Array[] {
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)
  return Array.from(blocks, ([, base64 = '']) => fromBase64(base64))
}
