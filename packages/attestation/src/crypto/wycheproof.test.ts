import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { haveVectors, readVectorJson, vectorsFolder } from '../../../../test/support/vectors.ts'
import { AttestationError } from '../errors.ts'
import { verifyEs256 } from './fixed-length-signature.ts'
import { createNodeCrypto } from './node/index.ts'
import type { CryptoPort, SignatureAlgorithm } from './port.ts'
import { createWebCrypto } from './webcrypto/index.ts'

interface Wycheproof {
  readonly numberOfTests: number
  readonly testGroups: readonly {
    /** DER SubjectPublicKeyInfo; for ML-DSA the bare key is in `publicKey`. */
    readonly publicKeyDer?: string
    readonly publicKey?: unknown
    readonly tests: readonly {
      readonly tcId: number
      readonly comment: string
      readonly msg: string
      readonly sig: string
      readonly ctx?: string
      readonly result: 'valid' | 'invalid' | 'acceptable'
    }[]
  }[]
}

const curves: Readonly<Record<string, 'p256' | 'p384' | 'p521'>> = {
  secp256r1: 'p256',
  secp384r1: 'p384',
  secp521r1: 'p521',
}

/** The algorithm that a file is about, by its name; undefined for what this package has no use for. */
function algorithmOf(file: string): SignatureAlgorithm | undefined {
  const ecdsa = /^ecdsa_(secp(?:256|384|521)r1)_(sha(?:256|384|512))_(?:p1363_)?test$/.exec(file)
  if (ecdsa) return `ecdsa-${curves[ecdsa[1] ?? ''] ?? 'p256'}-${ecdsa[2]}` as SignatureAlgorithm
  const pkcs1 = /^rsa_signature_\d+_(sha(?:256|384|512))_test$/.exec(file)
  if (pkcs1) return `rsa-pkcs1-${pkcs1[1]}` as SignatureAlgorithm
  const pss = /^rsa_pss_\d+_(?:(sha256)_mgf1_32|(sha384)_mgf1_48|(sha512)_mgf1_64)_test$/.exec(file)
  if (pss) return `rsa-pss-${pss[1] ?? pss[2] ?? pss[3]}` as SignatureAlgorithm
  const mlDsa = /^mldsa_(44|65|87)_verify_test$/.exec(file)
  if (mlDsa) return `ml-dsa-${mlDsa[1]}` as SignatureAlgorithm
  const edwards = /^ed(25519|448)_test$/.exec(file)
  return edwards ? (`ed${edwards[1]}` as SignatureAlgorithm) : undefined
}

/** Files about what other packages do, and the tests that run them there. */
const elsewhere: Readonly<Record<string, string>> = {
  aes_gcm_test: 'test/tokens/wycheproof.test.ts',
  json_web_key_test: 'test/tokens/wycheproof.test.ts',
  json_web_signature_test: 'test/tokens/wycheproof.test.ts',
}

const files = haveVectors
  ? readdirSync(join(vectorsFolder, 'wycheproof')).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? [])
  : []
const ports: readonly (readonly [string, CryptoPort])[] = [
  ['Node', createNodeCrypto()],
  ['WebCrypto', createWebCrypto()],
]
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const mlDsaHeads: Readonly<Record<string, string>> = {
  'ml-dsa-44': '30820532300b06096086480165030403110382052100',
  'ml-dsa-65': '308207b2300b0609608648016503040312038207a100',
  'ml-dsa-87': '30820a32300b060960864801650304031303820a2100',
}

type Verify = (spki: Uint8Array, signature: Uint8Array, message: Uint8Array) => boolean | Promise<boolean>

/** Runs a file and names the tests whose answer is another than expected. Every test is seen. */
async function differences(
  file: string,
  verify: Verify,
  isRight: (result: string) => boolean,
): Promise<string[]> {
  const vectors = readVectorJson<Wycheproof>(`wycheproof/${file}.json`)
  const found: string[] = []
  let seen = 0
  for (const { publicKeyDer, publicKey, tests } of vectors.testGroups) {
    const head = mlDsaHeads[algorithmOf(file) ?? '']
    const spki = hex(head === undefined ? (publicKeyDer ?? '') : `${head}${String(publicKey)}`)
    for (const { tcId, comment, msg, sig, ctx, result } of tests) {
      seen++
      // WebAuthn signs without a context, so no port takes one.
      if (ctx !== undefined && ctx !== '') continue
      const verified = await answerOf(verify, spki, hex(sig), hex(msg))
      // "acceptable" leaves the choice: RSA without the NULL in DigestInfo. Ours is no, on every port.
      if (verified !== isRight(result)) found.push(`${tcId} ${result} ${comment}`)
    }
  }
  expect(seen).toBe(vectors.numberOfTests)
  return found
}

/** A key that is none is refused by its code: that is a no. */
async function answerOf(verify: Verify, ...input: Parameters<Verify>): Promise<boolean> {
  try {
    return await verify(...input)
  } catch (error) {
    if (error instanceof AttestationError && error.code === 'public_key_invalid') return false
    throw error
  }
}

describe.skipIf(!haveVectors).each(ports)('Wycheproof through the %s port', (_, port) => {
  test.each(files.filter((file) => algorithmOf(file) && !file.includes('p1363')))('%s', async (file) => {
    const algorithm = algorithmOf(file) as SignatureAlgorithm
    const verify: Verify = (spki, signature, message) => port.verify(algorithm, { spki }, signature, message)
    expect(await differences(file, verify, (result) => result === 'valid')).toEqual([])
  })

  // The same kind of signature as r ‖ s: never DER, and what a JWS has.
  test.each(files.filter((file) => algorithmOf(file) && file.includes('p1363')))('%s', async (file) => {
    const algorithm = algorithmOf(file) as SignatureAlgorithm
    const asDer: Verify = (spki, signature, message) => port.verify(algorithm, { spki }, signature, message)
    expect(await differences(file, asDer, () => false)).toEqual([])
    if (algorithm !== 'ecdsa-p256-sha256') return
    const asJws: Verify = (spki, signature, message) => verifyEs256(port, { spki }, signature, message)
    expect(await differences(file, asJws, (result) => result === 'valid')).toEqual([])
  })
})

test.skipIf(!haveVectors)('no file of Wycheproof is left out', () => {
  const unread = files.filter((file) => algorithmOf(file) === undefined && !Object.hasOwn(elsewhere, file))
  expect(unread).toEqual([])
  expect(files.length).toBeGreaterThan(0)
})
