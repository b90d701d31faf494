import { describe, expect, test } from 'vitest'
import { haveVectors, readVectorJson } from '../../../../test/support/vectors.ts'
import { createNodeCrypto } from './node/index.ts'
import type { CryptoPort, SignatureAlgorithm } from './port.ts'
import { createWebCrypto } from './webcrypto/index.ts'

interface Wycheproof {
  readonly numberOfTests: number
  readonly testGroups: readonly {
    readonly publicKeyDer: string
    readonly tests: readonly {
      readonly tcId: number
      readonly comment: string
      readonly msg: string
      readonly sig: string
      readonly result: 'valid' | 'invalid' | 'acceptable'
    }[]
  }[]
}

/** Each file with the algorithm it is about. The P1363 files hold the same kind of signature as r ‖ s, never DER. */
const files: readonly (readonly [string, SignatureAlgorithm, 'asWritten' | 'neverDer'])[] = [
  ['ecdsa_secp256r1_sha256_test', 'ecdsa-p256-sha256', 'asWritten'],
  ['ecdsa_secp256r1_sha256_p1363_test', 'ecdsa-p256-sha256', 'neverDer'],
  ['ecdsa_secp384r1_sha256_test', 'ecdsa-p384-sha256', 'asWritten'],
  ['ecdsa_secp384r1_sha384_test', 'ecdsa-p384-sha384', 'asWritten'],
  ['ecdsa_secp384r1_sha384_p1363_test', 'ecdsa-p384-sha384', 'neverDer'],
  ['ed25519_test', 'ed25519', 'asWritten'],
  ['rsa_signature_2048_sha256_test', 'rsa-pkcs1-sha256', 'asWritten'],
]

const ports: readonly (readonly [string, CryptoPort])[] = [
  ['Node', createNodeCrypto()],
  ['WebCrypto', createWebCrypto()],
]

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

describe.skipIf(!haveVectors).each(ports)('Wycheproof through the %s port', (_, port) => {
  test.each(files)('%s', async (file, algorithm, encoding) => {
    const vectors = readVectorJson<Wycheproof>(`wycheproof/${file}.json`)
    const differences: string[] = []
    let seen = 0
    for (const group of vectors.testGroups) {
      const key = { spki: hex(group.publicKeyDer) }
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const verified = await port.verify(algorithm, key, hex(sig), hex(msg))
        // "acceptable" leaves the choice: RSA without the NULL in DigestInfo. Ours is no, on every port.
        const expected = encoding === 'asWritten' && result === 'valid'
        if (verified !== expected) differences.push(`${tcId} ${result} ${comment}`)
        seen++
      }
    }
    expect(differences).toEqual([])
    expect(seen).toBe(vectors.numberOfTests)
  })
})
