import { prf, tokenAnswer } from './device.ts'

const utf8 = new TextEncoder()
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const aes = { name: 'AES-GCM', length: 256 } as const

/**
 * What no unlock can do without, by bare WebCrypto: the PRF and the key derived from it, the decryption of a refresh
 * token, a new session key, the two proofs of a refresh, the answer read, the new refresh token encrypted.
 */
export async function bareUnlock(crypto: Crypto): Promise<() => Promise<unknown>> {
  const { subtle } = crypto
  const salt = new Uint8Array(32).fill(3)
  const proof = await subtle.generateKey(ecdsa, false, ['sign', 'verify'])
  const proofJwk = await subtle.exportKey('jwk', proof.publicKey)
  const iv = new Uint8Array(12)

  async function keyOfPrf(): Promise<CryptoKey> {
    const material = await subtle.importKey('raw', prf(salt), 'HKDF', false, ['deriveKey'])
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8.encode('unlock') }
    return subtle.deriveKey(hkdf, material, aes, false, ['encrypt', 'decrypt'])
  }
  const thumbprint = async ({ crv, kty, x, y }: JsonWebKey) =>
    encode(new Uint8Array(await subtle.digest('SHA-256', utf8.encode(JSON.stringify({ crv, kty, x, y })))))

  async function makeProof(key: CryptoKey, jwk: JsonWebKey, typ: string, claims: object): Promise<string> {
    const jti = encode(crypto.getRandomValues(new Uint8Array(16)))
    const payload = { jti, htm: 'POST', htu: 'https://bank.example/v1/token', iat: 1_790_000_000, ...claims }
    const header = { typ, alg: 'ES256', jwk }
    const signed = [header, payload].map((part) => encode(utf8.encode(JSON.stringify(part)))).join('.')
    return `${signed}.${encode(new Uint8Array(await subtle.sign(ecdsa, key, utf8.encode(signed))))}`
  }

  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv }, await keyOfPrf(), new Uint8Array(120))
  return async () => {
    const key = await keyOfPrf()
    const token = new TextDecoder().decode(await subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed))
    const session = await subtle.generateKey(ecdsa, false, ['sign', 'verify'])
    const jwk = await subtle.exportKey('jwk', session.publicKey)
    const proof_jkt = await thumbprint(proofJwk)
    const session_key_proof = await makeProof(session.privateKey, jwk, 'keybound-session-key+jwt', {
      proof_jkt,
    })
    const session_jkt = await thumbprint(jwk)
    const dpop = await makeProof(proof.privateKey, proofJwk, 'dpop+jwt', { session_jkt })
    const body = new URLSearchParams({ refresh_token: token, session_key_proof }).toString()
    const { refresh_token } = JSON.parse(tokenAnswer)
    const nonce = crypto.getRandomValues(new Uint8Array(12))
    const kept = await subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, utf8.encode(refresh_token))
    return { dpop, body, kept }
  }
}

/** What a vault adds that is sealed to a public key and whose list of secrets is signed: a signature made and one verified. */
export async function bareManifest(crypto: Crypto) {
  const { subtle } = crypto
  const pair = await subtle.generateKey(ecdsa, false, ['sign', 'verify'])
  const bytes = new Uint8Array(600)
  const signature = await subtle.sign(ecdsa, pair.privateKey, bytes)
  return {
    sign: () => subtle.sign(ecdsa, pair.privateKey, bytes),
    verify: () => subtle.verify(ecdsa, pair.publicKey, signature, bytes),
  }
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}
