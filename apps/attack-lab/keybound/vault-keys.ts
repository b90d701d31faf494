import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto'
import type { VirtualPhone } from '@keybound/virtual-phone'
import { readFilesBelow } from '../../../test/support/canaries.ts'
import type { PhoneSystem } from '../target/target.ts'

/** As the records of a phone keep it (docs/vault.md). */
interface StoredPair {
  readonly publicKey: string
  readonly sealed: string
}

/**
 * What opens the vault that lies in a folder: the private half of its pair, and the data key of the refresh token. Read with the owner's finger in the harness, so that the app's process never has a part in it: whatever of it is
 * found in that process, the app left there.
 */
export async function readVaultKeys(
  phone: VirtualPhone,
  system: PhoneSystem,
  folder: string,
): Promise<readonly Uint8Array[]> {
  const files = readFilesBelow(folder)
  const { alias, pair, context } = readRecords(files)
  const sealed = Buffer.from(pair.sealed, 'base64url')
  const wrapped = sealed.subarray(2, 2 + sealed.readUInt16BE())
  const fresh = await decryptIn[system](phone, alias, wrapped)
  const scalar = open(fresh, sealed.subarray(2 + wrapped.length), Buffer.from(context))
  const [secret] = [...files.values()].filter((file) => file.toString('latin1', 0, 4) === 'kbv1')
  if (!secret) throw new Error('Unexpected vault without a refresh token.')
  const end = secret.indexOf(10)
  const { epk, wrapped: dataKeyWrapped } = JSON.parse(secret.toString('utf8', 5, end))
  const dataKey = unwrap(scalar, pair.publicKey, epk, dataKeyWrapped)
  // Opens the refresh token, so that a key that is not the right one is not searched for in vain.
  open(dataKey, secret.subarray(end + 1), secret.subarray(0, end))
  return [scalar, dataKey]
}

function readRecords(files: ReadonlyMap<string, Buffer>) {
  const file = [...files].find(([path]) => path.endsWith('/keybound.records'))?.[1]
  const records = new Map(JSON.parse(String(file)) as [string, string][])
  const [name, keys] = [...records].find(([key]) => /^keybound\/1\/vault\/.*\/keys$/.test(key)) ?? ['', '{}']
  const [account = '', credentialId = ''] = name.split('/').slice(-3)
  const server = name.slice('keybound/1/vault/'.length, name.indexOf(`/${account}/${credentialId}/`))
  const owner = [server, decodeURIComponent(account), credentialId]
  return {
    alias: `keybound.${credentialId}.sealing`,
    pair: (JSON.parse(keys) as { readonly unlock: StoredPair }).unlock,
    context: JSON.stringify(['keybound/phone/sealing/v1', ...owner, 'unlock']),
  }
}

type Answer = Readonly<Record<string, unknown>>

/** With a touch, as the app would. */
const decryptIn: {
  readonly [S in PhoneSystem]: (phone: VirtualPhone, alias: string, bytes: Buffer) => Promise<Buffer>
} = {
  async android({ system }, alias, bytes) {
    const key = { alias, purpose: 'decrypt', digest: 'SHA-256', mgf1Digest: 'SHA-1' }
    const { operation } = (await system.call('keystore.begin', key)) as Answer
    const words = { title: '', subtitle: '', description: '', negative: 'Cancel' }
    const prompt = { ...words, authenticators: 15, confirmationRequired: true, operation }
    await system.call('prompt.show', prompt)
    const request = { operation, bytes: new Uint8Array(bytes) }
    return bytesOf((await system.call('keystore.finish', request)) as Answer)
  },
  async ios({ system }, tag, bytes) {
    const { context } = (await system.call('la.context', {})) as Answer
    const words = { localizedReason: '', localizedCancelTitle: '' }
    const request = { tag, context, ...words, bytes: new Uint8Array(bytes) }
    return bytesOf((await system.call('key.decrypt', request)) as Answer)
  },
}

function bytesOf({ bytes }: Answer): Buffer {
  return Buffer.from(bytes as Uint8Array)
}

/** AES-256-GCM over nonce ‖ ciphertext ‖ tag. */
function open(key: Buffer, sealed: Buffer, associated: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  cipher.setAAD(associated)
  cipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()])
}

/** `ecdh-p256-hkdf-a256gcm` of docs/vault.md. */
function unwrap(scalar: Buffer, publicKey: string, epk: string, wrapped: string): Buffer {
  const point = Buffer.from(epk, 'base64url')
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(scalar)
  const info = Buffer.concat([
    Buffer.from('keybound/vault/wrap/v1'),
    point,
    Buffer.from(publicKey, 'base64url'),
  ])
  const key = Buffer.from(hkdfSync('sha256', pair.computeSecret(point), Buffer.alloc(0), info, 32))
  // The key serves once, so its nonce is fixed and not kept.
  return open(key, Buffer.concat([Buffer.alloc(12), Buffer.from(wrapped, 'base64url')]), Buffer.alloc(0))
}
