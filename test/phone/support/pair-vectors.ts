import { createCipheriv, createDecipheriv, createECDH, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/packages.ts'

/** What docs/vault.md says of a pair on a phone. */
export interface PairVector {
  readonly context: string
  readonly publicKey: string
  readonly sealed: string
}

/** The vector in the documentation. */
export function readPairVector(): PairVector {
  const text = readFileSync(join(root, 'docs/vault.md'), 'utf8')
  return JSON.parse([...text.matchAll(/^```json\n(.*?)^```$/gms)].at(-1)?.[1] ?? '{}')
}

const sha256 = (...parts: readonly (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The P-256 key whose scalar is the SHA-256 of its label. */
function label(name: string) {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(sha256(`keybound/vault/vector/${name}`))
  return ecdh
}

const fresh = Buffer.alloc(32, 0x44)
const nonce = Buffer.alloc(12, 4)
const context = '["keybound/phone/sealing/v1","https://bank.example","acct-1","Y3JlZGVudGlhbA","unlock"]'

/** Key and IV of Apple's ECIES: the one block of X9.63 KDF with the ephemeral key as shared info. */
function eciesBlock(secret: Buffer, ephemeral: Buffer): readonly [key: Buffer, iv: Buffer] {
  const block = sha256(secret, Buffer.of(0, 0, 0, 1), ephemeral)
  return [block.subarray(0, 16), block.subarray(16)]
}

/** Makes the vector by nothing but what docs/vault.md says. */
export function makePairVector(): PairVector {
  const pair = label('unlock')
  const sealing = label('sealing')
  const ephemeral = label('ephemeral')
  const [key, iv] = eciesBlock(ephemeral.computeSecret(sealing.getPublicKey()), ephemeral.getPublicKey())
  const inner = createCipheriv('aes-128-gcm', key, iv)
  const wrapped = Buffer.concat([
    ephemeral.getPublicKey(),
    inner.update(fresh),
    inner.final(),
    inner.getAuthTag(),
  ])
  const outer = createCipheriv('aes-256-gcm', fresh, nonce).setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([outer.update(pair.getPrivateKey()), outer.final(), outer.getAuthTag()])
  const length = Buffer.of(wrapped.length >> 8, wrapped.length & 255)
  return {
    context,
    publicKey: pair.getPublicKey('base64url'),
    sealed: Buffer.concat([length, wrapped, nonce, ciphertext]).toString('base64url'),
  }
}

/** Opens a pair with the sealing key of the vectors; answers the public half of what it found. */
export function openPairVector({ context, sealed }: PairVector): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const end = 2 + bytes.readUInt16BE(0)
  const packet = bytes.subarray(2, end)
  const ephemeral = packet.subarray(0, 65)
  const [key, iv] = eciesBlock(label('sealing').computeSecret(ephemeral), ephemeral)
  const inner = createDecipheriv('aes-128-gcm', key, iv).setAuthTag(packet.subarray(-16))
  const found = Buffer.concat([inner.update(packet.subarray(65, -16)), inner.final()])
  const outer = createDecipheriv('aes-256-gcm', found, bytes.subarray(end, end + 12))
  outer.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16))
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(Buffer.concat([outer.update(bytes.subarray(end + 12, -16)), outer.final()]))
  return pair.getPublicKey('base64url')
}
