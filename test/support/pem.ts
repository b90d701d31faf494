/** The certificates of a PEM text, in order, as DER. */
export function readPem(text: string): Uint8Array[] {
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)
  return Array.from(blocks, ([, base64 = '']) => new Uint8Array(Buffer.from(base64, 'base64')))
}
