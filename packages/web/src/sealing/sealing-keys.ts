import type { KeyHandle, SealingKey, VaultOwner } from '@keybound/client'
import { wrongKey } from '@keybound/client/for-platforms'
import { decodeBase64 } from '../webauthn/bytes.ts'
import { deriveAes, ecdh, gcm, type SealingCrypto, splitNonce } from './crypto.ts'
import { openedHandle } from './web-sealing.ts'

/** The two keys of a vault, in the order in which PRF takes their salts. */
export const uses = ['unlock', 'everyTime'] as const
export type KeyUse = (typeof uses)[number]

/** Bytes of a salt. */
export const saltLength = 32

/** The salt that a kept key was made with. */
export function saltOf({ sealed }: SealingKey): Uint8Array<ArrayBuffer> {
  return decodeBase64(sealed).subarray(0, saltLength)
}

/** The key that wraps the private half: HKDF of the PRF output, bound to everything the pair is for. */
export async function keyOfPrf(
  crypto: SealingCrypto,
  output: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  { server, account, credentialId }: VaultOwner,
  use: KeyUse,
): Promise<CryptoKey> {
  const info = JSON.stringify(['keybound/web/sealing/v1', server, account, credentialId, use])
  const material = await crypto.subtle.importKey('raw', output, 'HKDF', false, ['deriveKey'])
  output.fill(0)
  return deriveAes(crypto, material, new TextEncoder().encode(info), salt)
}

/** Opens a kept key. Wipes the PRF output. Refuses with `vault_wrong_key` when the output is not that of its making. */
export async function openKey(
  crypto: SealingCrypto,
  output: Uint8Array<ArrayBuffer>,
  { publicKey, sealed }: SealingKey,
  owner: VaultOwner,
  use: KeyUse,
): Promise<KeyHandle> {
  try {
    const bytes = decodeBase64(sealed)
    const kek = await keyOfPrf(crypto, output, bytes.subarray(0, saltLength), owner, use)
    const [nonce, wrapped] = splitNonce(bytes.subarray(saltLength))
    const key = await crypto.subtle.unwrapKey('pkcs8', wrapped, kek, gcm(nonce), ecdh, false, ['deriveKey'])
    return openedHandle(key, publicKey)
  } catch (cause) {
    throw wrongKey({ cause })
  }
}
