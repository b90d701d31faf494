import { KeyboundError } from '@keybound/protocol'
import { fromBase64 } from '../internal/bytes.ts'

const block = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g
const begin = '-----BEGIN CERTIFICATE-----'
const mostCertificates = 64

/**
 * The certificates of a PEM text in their order (RFC 7468 §5), as DER. Text around them is skipped, as tools print
 * some. Refuses with `certificate_malformed` a block that does not end, is no base64 or empty, and more than 64 of them.
 */
export function readPemCertificates(text: string): readonly Uint8Array[] {
  const blocks = [...text.matchAll(block)]
  const begun = text.split(begin).length - 1
  if (blocks.length !== begun) throw malformed(`${begun} beginnings and ${blocks.length} whole blocks`)
  if (blocks.length > mostCertificates)
    throw malformed(`${blocks.length} certificates, at most ${mostCertificates}`)
  return blocks.map(([, body = '']) => readBody(body.replace(/\s+/g, '')))
}

function readBody(base64: string): Uint8Array {
  try {
    const bytes = fromBase64(base64)
    if (bytes.length > 0) return bytes
  } catch {
    // atob says nothing of use.
  }
  throw malformed('a block that is no base64')
}

function malformed(found: string): KeyboundError {
  const message = `Unexpected PEM: ${found}, expected whole blocks of base64. Copy the chain again.`
  return new KeyboundError('certificate_malformed', message, { rule: 'RFC 7468 §5' })
}
