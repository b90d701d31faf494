import { derSignature } from '../crypto/p256.ts'
import type { VirtualCrypto } from '../crypto/port.ts'
import { type CertificateBody, type SignatureSpec, writeSigned, writeUnsigned } from './certificate.ts'

/** The private half of such a key, as WebCrypto exports it. */
export interface IssuerJwk {
  readonly kty?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly d?: string
}

/** A key that signs certificates. */
export interface IssuerKey {
  readonly spki: Uint8Array<ArrayBuffer>
  readonly sign: (body: CertificateBody) => Promise<Uint8Array<ArrayBuffer>>
  /** The private half, to be kept in the data folder of the authority. */
  readonly jwk: IssuerJwk
}

/** Which of WebCrypto's curves a key is on. The hash follows from it. */
export type IssuerCurve = 'P-256' | 'P-384'

/** A fresh key. */
export async function newIssuerKey(crypto: VirtualCrypto, namedCurve: IssuerCurve): Promise<IssuerKey> {
  const { subtle } = crypto
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify'])
  return openIssuerKey(crypto, await subtle.exportKey('jwk', pair.privateKey))
}

/** A key that was kept. */
export async function openIssuerKey({ subtle }: VirtualCrypto, jwk: IssuerJwk): Promise<IssuerKey> {
  const namedCurve = jwk.crv === 'P-384' ? 'P-384' : 'P-256'
  const algorithm = { name: 'ECDSA', namedCurve }
  const privateKey = await subtle.importKey('jwk', { ...jwk, key_ops: ['sign'] }, algorithm, false, ['sign'])
  const { kty = 'EC', x = '', y = '' } = jwk
  const open = { kty, crv: namedCurve, x, y }
  const publicKey = await subtle.importKey('jwk', open, algorithm, true, ['verify'])
  const spki = new Uint8Array(await subtle.exportKey('spki', publicKey))
  const hash = namedCurve === 'P-384' ? 'SHA-384' : 'SHA-256'
  const spec: SignatureSpec = { kind: 'ecdsa', hash: namedCurve === 'P-384' ? 'sha384' : 'sha256' }
  return {
    spki,
    jwk,
    async sign(body) {
      const unsigned = writeUnsigned(body, spec)
      const raw = await subtle.sign({ name: 'ECDSA', hash }, privateKey, unsigned)
      return writeSigned(unsigned, spec, derSignature(new Uint8Array(raw)))
    },
  }
}
