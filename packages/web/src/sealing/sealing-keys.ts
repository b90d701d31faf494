import type { KeyHandle, SealingKey, VaultKeys, VaultOwner } from '@keybound/client'
import { encodeBase64Url, KeyboundError } from '@keybound/protocol'
import { decodeBase64 } from '../webauthn/json.ts'
import { concat, deriveAes, ecdh, gcm, newEcdh, newNonce, type SealingCrypto, splitNonce } from './crypto.ts'
import { openedHandle } from './web-sealing.ts'

/** The two keys of a vault, in the order in which PRF takes their salts. */
export const uses = ['unlock', 'everyTime'] as const
export type KeyUse = (typeof uses)[number]

const saltLength = 32

/** Salts for PRF, one per key: the output for one says nothing about the other. */
export type Salts = Readonly<Record<KeyUse, Uint8Array<ArrayBuffer>>>

/** Fresh salts. */
export function newSalts(crypto: SealingCrypto): Salts {
  const salt = () => crypto.getRandomValues(new Uint8Array(saltLength))
  return { unlock: salt(), everyTime: salt() }
}

/** The salt that a kept key was made with. */
export function saltOf({ sealed }: SealingKey): Uint8Array<ArrayBuffer> {
  return decodeBase64(sealed).subarray(0, saltLength)
}

/** The key that wraps the private half: HKDF of the PRF output, bound to everything the pair is for. */
async function keyOfPrf(
  crypto: SealingCrypto,
  output: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  { server, account, credentialId }: VaultOwner,
  use: KeyUse,
): Promise<CryptoKey> {
  const info = JSON.stringify(['keybound/web/sealing/v1', server, account, credentialId, use])
  const material = await crypto.subtle.importKey('raw', output, 'HKDF', false, ['deriveKey'])
  output.fill(0)
  return deriveAes(crypto, material, salt, new TextEncoder().encode(info), ['wrapKey', 'unwrapKey'])
}

/**
 * Makes a sealing key: a random P-256 pair whose private half leaves WebCrypto only wrapped. Kept as
 * salt ‖ nonce ‖ AES-256-GCM(PKCS #8). Wipes the PRF output.
 */
export async function makeKey(
  crypto: SealingCrypto,
  output: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  owner: VaultOwner,
  use: KeyUse,
): Promise<SealingKey> {
  const { subtle } = crypto
  const kek = await keyOfPrf(crypto, output, salt, owner, use)
  const pair = await newEcdh(crypto, true)
  const nonce = newNonce(crypto)
  const wrapped = await subtle.wrapKey('pkcs8', pair.privateKey, kek, gcm(nonce))
  const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
  return {
    publicKey: encodeBase64Url(publicKey),
    sealed: encodeBase64Url(concat(salt, nonce, wrapped)),
  }
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
    throw new KeyboundError(
      'vault_wrong_key',
      'Unexpected key of the vault, expected the one it was made with. Use the credential the vault was made with.',
      { cause },
    )
  }
}

/** Both keys of a new vault. */
export async function makeKeys(
  crypto: SealingCrypto,
  outputs: Readonly<Record<KeyUse, Uint8Array<ArrayBuffer>>>,
  salts: Salts,
  owner: VaultOwner,
): Promise<VaultKeys> {
  const make = (use: KeyUse) => makeKey(crypto, outputs[use], salts[use], owner, use)
  return { unlock: await make('unlock'), everyTime: await make('everyTime') }
}
