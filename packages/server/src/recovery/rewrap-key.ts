import { createCipheriv, createDecipheriv, createECDH, type ECDH, hkdfSync } from 'node:crypto'
import { type Base64Url, KeyboundError, type WrappedKeyJSON } from '@keybound/protocol'

/** The key that wraps is derived for one use, so its nonce is fixed (docs/vault.md). */
const onlyNonce = Buffer.alloc(12)
const tagLength = 16

/**
 * Unwraps a data key with a recovery key and wraps it to `recipient`, an uncompressed point. `null` for one that was not
 * wrapped to that key. Refuses a recipient that is no point of the curve with `public_key_invalid`.
 */
export function rewrapKey(
  recovery: ECDH | undefined,
  escrowed: WrappedKeyJSON,
  recipient: Base64Url,
): WrappedKeyJSON | null {
  const dataKey = recovery && unwrapKey(recovery, escrowed)
  return dataKey ? wrapKey(Buffer.from(recipient, 'base64url'), dataKey) : null
}

function unwrapKey(recovery: ECDH, { epk, wrapped }: WrappedKeyJSON): Buffer | undefined {
  const point = Buffer.from(epk, 'base64url')
  const bytes = Buffer.from(wrapped, 'base64url')
  try {
    const key = wrappingKey(recovery, point, point, recovery.getPublicKey())
    const decipher = createDecipheriv('aes-256-gcm', key, onlyNonce).setAuthTag(bytes.subarray(-tagLength))
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()])
  } catch {
    // No point of the curve, or wrapped to another key: either way nothing of this account.
    return undefined
  }
}

function wrapKey(recipient: Buffer, dataKey: Buffer): WrappedKeyJSON {
  const ephemeral = createECDH('prime256v1')
  const epk = ephemeral.generateKeys()
  try {
    const key = wrappingKey(ephemeral, recipient, epk, recipient)
    const cipher = createCipheriv('aes-256-gcm', key, onlyNonce)
    const wrapped = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
    return { epk: epk.toString('base64url'), wrapped: wrapped.toString('base64url') }
  } catch (cause) {
    throw new KeyboundError(
      'public_key_invalid',
      'Unexpected public key, expected a point of P-256. Send that of the vault of this device.',
      { cause, rule: 'SP 800-56A §5.6.2.3' },
    )
  } finally {
    dataKey.fill(0)
  }
}

/** HKDF-SHA-256 of the ECDH secret, bound to both points. */
function wrappingKey(mine: ECDH, theirs: Buffer, epk: Buffer, recipient: Buffer): Buffer {
  const secret = mine.computeSecret(theirs)
  const info = Buffer.concat([Buffer.from('keybound/vault/wrap/v1'), epk, recipient])
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32))
}
