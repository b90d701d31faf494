import {
  compactVerify,
  type FlattenedJWSInput,
  flattenedVerify,
  type GeneralJWSInput,
  generalVerify,
  importJWK,
  type JWK,
} from 'jose'
import { describe, expect, test } from 'vitest'
import type { IssuerKeys } from '../../packages/server/src/tokens/access-token/keys.ts'
import { verifyAccessToken } from '../../packages/server/src/tokens/access-token/verify.ts'
import { verifyDpopProof } from '../../packages/server/src/tokens/dpop/proof.ts'
import { haveVectors, readVectorJson } from '../support/vectors.ts'

interface CookbookCase {
  readonly input: {
    readonly key: JWK | readonly JWK[]
    readonly alg: string | readonly string[]
    readonly payload: string
  }
  readonly output: {
    readonly compact?: string
    readonly json?: GeneralJWSInput
    readonly json_flat?: FlattenedJWSInput
  }
}

/**
 * Every signature of the cookbook but one: `rfc7797/4.2` lists no `crit`, which RFC 7797 §6 itself requires, so that
 * the library rightly reads its payload as encoded.
 */
const files = [
  'jws/4_1.rsa_v15_signature.json',
  'jws/4_2.rsa-pss_signature.json',
  'jws/4_3.ecdsa_signature.json',
  'jws/4_4.hmac-sha2_integrity_protection.json',
  'jws/4_5.signature_with_detached_content.json',
  'jws/4_6.protecting_specific_header_fields.json',
  'jws/4_7.protecting_content_only.json',
  'jws/4_8.multiple_signatures.json',
  'curve25519/jws.json',
  'rfc7797/hmac-sha2_b64_false.json',
]

describe.skipIf(!haveVectors)('the JOSE cookbook (RFC 7520, 8037, 7797)', () => {
  const read = (file: string) => readVectorJson<CookbookCase>(`jose-cookbook/${file}`)

  test.each(files)('the library we build on verifies %s', async (file) => {
    const { input, output } = read(file)
    const keys = [input.key].flat() as readonly JWK[]
    const algorithms = [input.alg].flat() as readonly string[]
    for (const [index, jwk] of keys.entries()) {
      const key = await importJWK(publicHalf(jwk), algorithms[index] ?? '')
      for (const payload of await payloadsOf(output, input.payload, key, [...algorithms])) {
        expect(payload).toBe(input.payload)
      }
    }
  })

  test.each(files)('and %s is no token and no proof of ours all the same', async (file) => {
    const { compact = '' } = read(file).output
    const keys: IssuerKeys = { find: async () => undefined }
    await expect(
      verifyAccessToken(compact, keys, { issuer: 'any', audience: 'any', now: 0 }),
    ).rejects.toMatchObject({ code: 'access_token_malformed' })
    await expect(
      verifyDpopProof(compact, { method: 'GET', url: 'https://api.example', now: 0 }),
    ).rejects.toMatchObject({ code: 'dpop_proof_malformed' })
  })
})

/** Verifies each serialisation there is. Detached content gets its payload back first. */
async function payloadsOf(
  { compact, json, json_flat: flat }: CookbookCase['output'],
  payload: string,
  key: Awaited<ReturnType<typeof importJWK>>,
  algorithms: string[],
): Promise<readonly string[]> {
  const encoded = Buffer.from(payload).toString('base64url')
  const results = [
    ...(compact === undefined
      ? []
      : [compactVerify(compact.replace('..', `.${encoded}.`), key, { algorithms })]),
    ...(flat === undefined
      ? []
      : [flattenedVerify({ ...flat, payload: flat.payload ?? encoded }, key, { algorithms })]),
    ...(json === undefined
      ? []
      : [generalVerify({ ...json, payload: json.payload ?? encoded }, key, { algorithms })]),
  ]
  expect(results.length).toBeGreaterThan(0)
  return (await Promise.all(results)).map((result) => new TextDecoder().decode(result.payload))
}

/** The cookbook gives private keys; verification takes the public half, or the secret of a MAC. */
function publicHalf({ kty, n, e, crv, x, y, k }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, k })) as JWK
}
