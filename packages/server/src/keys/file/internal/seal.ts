import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'

/** Opens and closes sealed bytes under the folder's secret: AES-256-GCM, a fresh 96-bit nonce each time. */
export interface Seal {
  readonly salt: Uint8Array
  close(plain: Uint8Array, header: string): SealedBytes
  /** Undefined when secret, header or bytes are not those that were sealed. */
  open(sealed: SealedBytes, header: string): Buffer | undefined
}

/** Both base64url; `sealed` ends with the 16-byte tag. */
export interface SealedBytes {
  readonly nonce: string
  readonly sealed: string
}

/** scrypt (RFC 7914) with 32 MiB: the secret of an environment may be a sentence somebody chose. */
const work = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const tagLength = 16

/** Derives the folder's seal. The salt is the folder's own, so that equal secrets give different keys. */
export async function createSeal(
  secret: string,
  salt: Uint8Array,
  randomBytes: (length: number) => Uint8Array,
): Promise<Seal> {
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(secret.normalize('NFC'), salt, 32, work, (error, derived) =>
      error ? reject(error) : resolve(derived),
    )
  })
  return {
    salt,
    close(plain, header) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
      cipher.setAAD(Buffer.from(header))
      const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
      return { nonce: Buffer.from(nonce).toString('base64url'), sealed: sealed.toString('base64url') }
    },
    open({ nonce, sealed }, header) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < tagLength) return undefined
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
          authTagLength: tagLength,
        })
        decipher.setAAD(Buffer.from(header))
        decipher.setAuthTag(bytes.subarray(-tagLength))
        return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

/** Every refusal of the key files: nothing is ever made anew in their place. */
export function keyUnavailable(
  found: string,
  expected: string,
  todo: string,
  cause?: unknown,
): KeyboundError {
  const options = cause === undefined ? {} : { cause }
  return new KeyboundError('key_unavailable', `Unexpected ${found}, expected ${expected}. ${todo}`, options)
}
