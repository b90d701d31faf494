import { concatBytes } from '@keybound/attestation/der'
import type { VirtualCrypto } from './port.ts'

type Bytes = Uint8Array<ArrayBuffer>

const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
const pointLength = 65

/**
 * Apple's `eciesEncryptionCofactorVariableIVX963SHA256AESGCM` to an uncompressed P-256 point, as SecKey.h describes it:
 * ephemeral public key (65 bytes) ‖ ciphertext ‖ tag (16). X9.63 KDF with SHA-256, the ephemeral key as shared info; its
 * first half is the key of AES-128-GCM, its second half the IV.
 */
export async function encryptEcies(
  crypto: VirtualCrypto,
  recipient: Bytes,
  plaintext: Bytes,
): Promise<Bytes> {
  const { subtle } = crypto
  const ephemeral = await subtle.generateKey(ecdh, false, ['deriveBits'])
  const point = new Uint8Array(await subtle.exportKey('raw', ephemeral.publicKey))
  const { key, iv } = await derive(crypto, ephemeral.privateKey, recipient, point, 'encrypt')
  const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv }, key, plaintext))
  return concatBytes([point, sealed])
}

/** Opens what {@link encryptEcies} made for this private key (ECDH, `deriveBits`); throws for anything else. */
export async function decryptEcies(
  crypto: VirtualCrypto,
  privateKey: CryptoKey,
  packet: Bytes,
): Promise<Bytes> {
  const point = packet.slice(0, pointLength)
  const { key, iv } = await derive(crypto, privateKey, point, point, 'decrypt')
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, packet.slice(pointLength))
  return new Uint8Array(opened)
}

async function derive(
  { subtle }: VirtualCrypto,
  mine: CryptoKey,
  theirs: Bytes,
  ephemeral: Bytes,
  usage: 'encrypt' | 'decrypt',
): Promise<{ key: CryptoKey; iv: Bytes }> {
  const other = await subtle.importKey('raw', theirs, ecdh, false, [])
  const secret = new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: other }, mine, 256))
  // 32 bytes of X9.63 KDF are its first block: SHA-256(secret ‖ 00000001 ‖ shared info).
  const block = new Uint8Array(
    await subtle.digest('SHA-256', concatBytes([secret, Uint8Array.of(0, 0, 0, 1), ephemeral])),
  )
  const key = await subtle.importKey('raw', block.slice(0, 16), 'AES-GCM', false, [usage])
  const iv = block.slice(16)
  secret.fill(0)
  block.fill(0)
  return { key, iv }
}
