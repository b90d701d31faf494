import type { SealingKey, VaultKeys, VaultOwner } from '@keybound/client'
import { encodeBase64 } from '../webauthn/bytes.ts'
import { gcm, newEcdh, newNonce, type SealingCrypto } from './crypto.ts'
import { type KeyUse, keyOfPrf, saltLength } from './sealing-keys.ts'

/** Salts for PRF, one per key: the output for one says nothing about the other. */
export type Salts = Readonly<Record<KeyUse, Uint8Array<ArrayBuffer>>>

/** Fresh salts. */
export function newSalts(crypto: SealingCrypto): Salts {
  const salt = () => crypto.getRandomValues(new Uint8Array(saltLength))
  return { unlock: salt(), everyTime: salt() }
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
  const publicKey = await subtle.exportKey('raw', pair.publicKey)
  return {
    publicKey: encodeBase64(publicKey),
    sealed: encodeBase64(Uint8Array.of(...salt, ...nonce, ...new Uint8Array(wrapped))),
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
