import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A key of a device or session in software, with a knob for every wrong thing in what it signs. */
export interface TestKey {
  readonly jwk: { readonly [name: string]: string }
  readonly privateJwk: { readonly [name: string]: string }
  readonly jkt: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly algorithm: 'ES256' | 'EdDSA'
  /** A correct proof for the claims, unless `header` changes something. */
  proof(claims: object, header?: object): string
  /** Signs header and payload texts as they are. */
  signText(header: string, payload: string): string
}

/** A fresh P-256 key; `EdDSA` makes an Ed25519 one. */
export function createTestKey(algorithm: 'ES256' | 'EdDSA' = 'ES256'): TestKey {
  const pair =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519')
  return testKeyOf(pair, algorithm)
}

/** A key pair that is there already. */
export function testKeyOf(
  { privateKey, publicKey }: Pick<TestKey, 'privateKey' | 'publicKey'>,
  algorithm: TestKey['algorithm'] = 'ES256',
): TestKey {
  const jwk = publicKey.export({ format: 'jwk' }) as TestKey['jwk']
  const key: TestKey = {
    jwk,
    privateJwk: privateKey.export({ format: 'jwk' }) as TestKey['jwk'],
    jkt: thumbprint(jwk),
    publicKey,
    privateKey,
    algorithm,
    signText: (header, payload) => signCompact(header, payload, privateKey),
    proof: (claims, header = {}) =>
      key.signText(
        JSON.stringify({ typ: 'dpop+jwt', alg: algorithm, jwk, ...header }),
        JSON.stringify(claims),
      ),
  }
  return key
}

/** Compact JWS over the two texts, ECDSA as r ‖ s. */
export function signCompact(header: string, payload: string, privateKey: KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`
  const digest = privateKey.asymmetricKeyType === 'ec' ? 'sha256' : null
  const signature = sign(digest, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** RFC 7638, written out here so that the product's thumbprints are compared with an independent one. */
function thumbprint(jwk: TestKey['jwk']): string {
  const { crv, kty, x, y } = jwk
  const members = y === undefined ? { crv, kty, x } : { crv, kty, x, y }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}
