import { createECDH, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VaultKeys } from '@keybound/client'
import { manifestMagic, readManifest, writeManifest } from '../../../packages/client/src/vault/manifest.ts'
import { openSecret, readSealedSecret, sealSecret } from '../../../packages/client/src/vault/sealed-secret.ts'
import { makeKeys } from '../../../packages/web/src/sealing/make-keys.ts'
import { openKey } from '../../../packages/web/src/sealing/sealing-keys.ts'
import { createWebSealing } from '../../../packages/web/src/sealing/web-sealing.ts'
import { root } from '../../../scripts/packages.ts'
import { crypto, fixedCrypto } from './memory-vault.ts'

/** What docs/vault.md says, as text to compare. Bytes are hex. */
export interface VaultVectors {
  readonly keys: VaultKeys
  readonly keyIds: readonly string[]
  readonly secret: { readonly header: string; readonly payload: string }
  readonly manifest: { readonly header: string; readonly signature: string }
}

/** The vectors in the documentation. */
export function readVectors(): VaultVectors {
  const text = readFileSync(join(root, 'docs/vault.md'), 'utf8')
  return JSON.parse(/^```json\n(.*?)^```$/ms.exec(text)?.[1] ?? '{}')
}

export const owner = { server: 'https://bank.example', account: 'acct-1', credentialId: 'Y3JlZGVudGlhbA' }
export const plaintext = new TextEncoder().encode('attack at dawn')

const filled = (value: number) => new Uint8Array(32).fill(value)
const hash = (text: string) => createHash('sha256').update(text)

/** The P-256 key whose scalar is the SHA-256 of its label. */
function label(name: string): JsonWebKey {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(hash(`keybound/vault/vector/${name}`).digest())
  const point = ecdh.getPublicKey()
  const part = (from: number, to: number) => point.subarray(from, to).toString('base64url')
  return {
    kty: 'EC',
    crv: 'P-256',
    x: part(1, 33),
    y: part(33, 65),
    d: ecdh.getPrivateKey().toString('base64url'),
  }
}

/** The proof key of the vectors. */
async function createVectorSigner() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { d = '', ...point } = label('proof')
  const signing = await crypto.subtle.importKey('jwk', { ...point, d }, algorithm, false, ['sign'])
  const verifying = await crypto.subtle.importKey('jwk', point, algorithm, false, ['verify'])
  return {
    sign: async (bytes: Uint8Array) =>
      new Uint8Array(await crypto.subtle.sign(algorithm, signing, bytes as BufferSource)),
    verify: (bytes: Uint8Array, signature: Uint8Array) =>
      crypto.subtle.verify(algorithm, verifying, signature as BufferSource, bytes as BufferSource),
  }
}

/** Makes the vectors anew by the code. Only the signature differs each time: ECDSA draws. */
export async function makeVectors(): Promise<VaultVectors> {
  const fixed = fixedCrypto({
    ecdh: [label('unlock'), label('everyTime'), label('ephemeral')],
    aes: [hash('keybound/vault/vector/data').digest('hex')],
  })
  const sealing = createWebSealing({ crypto: fixed })
  const salts = { unlock: filled(0xa1), everyTime: filled(0xa2) }
  const keys = await makeKeys(fixed, { unlock: filled(0x11), everyTime: filled(0x22) }, salts, owner)
  const keyIds = [keys.unlock, keys.everyTime].map(({ publicKey }) => hash(publicKey).digest('base64url'))
  const place = { ...owner, epoch: 1, key: keyIds[0] ?? '', name: 'pin', version: 1 }
  const { header, file } = await sealSecret(sealing, keys.unlock.publicKey, place, plaintext)
  const entry = {
    ask: 'unlock',
    hash: createHash('sha256').update(header).digest('base64url'),
    version: 1,
  } as const
  const { account, server } = owner
  const manifest = {
    account,
    contact: 1_800_000_000,
    epoch: 1,
    keys: keyIds,
    secrets: { pin: entry },
    server,
  }
  const written = Buffer.from(await writeManifest(await createVectorSigner(), manifest))
  const end = written.indexOf('\n')
  return {
    keys,
    keyIds,
    secret: {
      header: Buffer.from(header).toString(),
      payload: Buffer.from(file.subarray(header.length + 1)).toString('hex'),
    },
    manifest: {
      header: written.subarray(0, end).toString(),
      signature: written.subarray(end + 1).toString('hex'),
    },
  }
}

/** Opens what the documentation holds, from the PRF output on; answers the plaintext. */
export async function openVectors({ keys, secret, manifest }: VaultVectors): Promise<string> {
  const frame = (header: string, payload: string) =>
    Buffer.concat([Buffer.from(`${header}\n`), Buffer.from(payload, 'hex')])
  const listed = await readManifest(await createVectorSigner(), frame(manifest.header, manifest.signature))
  const sealed = readSealedSecret(frame(secret.header, secret.payload))
  if (!manifest.header.startsWith(manifestMagic) || listed.secrets.pin?.version !== sealed.header.version)
    return ''
  const opened = await openKey(crypto, filled(0x11), keys.unlock, owner, 'unlock')
  return new TextDecoder().decode(await openSecret(createWebSealing({ crypto }), opened, sealed))
}
