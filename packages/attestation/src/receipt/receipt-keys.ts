import { type ReceiptKeyLink, receiptKeyBytes } from '@keybound/protocol/transactions'
import { verifyEs256 } from '../crypto/fixed-length-signature.ts'
import type { CryptoPort, PublicKey } from '../crypto/port.ts'
import { publicKeyOfCose } from '../crypto/spki.ts'
import { AttestationError } from '../errors.ts'
import { readBytes } from './shape.ts'
import type { ReceiptKey, VerifiedReceipt } from './types.ts'

/** A signature of a receipt key: ECDSA on P-256 with SHA-256, r ‖ s (RFC 7518 §3.4). */
export async function requireSignedBy(
  crypto: CryptoPort,
  link: ReceiptKeyLink,
  signature: Uint8Array,
  data: Uint8Array,
  what: string,
): Promise<void> {
  const key = publicKeyOf(link)
  const isKey = await crypto.validateKey('ecdsa-p256-sha256', key)
  if (isKey && (await verifyEs256(crypto, key, signature, data))) return
  throw new AttestationError(
    'receipt_signature_invalid',
    'RFC 7515 §5.2',
    `Unexpected signature of the ${what}, expected one by the key ${link.kid}. Do not rely on this receipt.`,
  )
}

/** Every key but the first must carry the signature of the one before it. */
export async function requireEndorsed(crypto: CryptoPort, links: readonly ReceiptKeyLink[]): Promise<void> {
  for (const [index, link] of links.entries()) {
    const before = links[index - 1]
    if (before === undefined) continue
    const endorsement = readBytes(link.endorsement ?? '', 'endorsement')
    await requireSignedBy(crypto, before, endorsement, receiptKeyBytes(link), `receipt key ${link.kid}`)
  }
}

/** How the last key comes to be trusted. Refuses with `receipt_untrusted`. */
export function requireTrusted(
  links: readonly ReceiptKeyLink[],
  keys: readonly ReceiptKey[] | 'any',
): VerifiedReceipt['signedBy'] {
  const kid = links.at(-1)?.kid ?? ''
  if (keys === 'any') return { kid, trust: 'none', trustedKid: null }
  const at = links.findLastIndex(({ x, y }) => keys.some((key) => key.x === x && key.y === y))
  const trusted = links[at]
  if (trusted === undefined) {
    throw new AttestationError(
      'receipt_untrusted',
      'trust',
      'Unexpected keys of the receipt, expected one you trust among them. Get the receipt keys of the server.',
    )
  }
  return { kid, trust: at === links.length - 1 ? 'key' : 'rotation', trustedKid: trusted.kid }
}

function publicKeyOf({ x, y }: ReceiptKeyLink): PublicKey {
  const [bytesOfX, bytesOfY] = [readBytes(x, 'receipt key'), readBytes(y, 'receipt key')]
  if (bytesOfX.length !== 32 || bytesOfY.length !== 32) {
    const message =
      'Unexpected length of a receipt key, expected 32 bytes each. Get the receipt again, unchanged.'
    throw new AttestationError('receipt_malformed', 'RFC 7518 §6.2.1.2', message)
  }
  return publicKeyOfCose({ type: 'EC2', algorithm: -7, curve: 'P-256', x: bytesOfX, y: bytesOfY })
}
