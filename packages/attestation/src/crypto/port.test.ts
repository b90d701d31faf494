import { constants, generateKeyPairSync, type KeyObject, randomBytes, sign, webcrypto } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { algorithms } from './algorithms.ts'
import { createNodeCrypto } from './node/index.ts'
import type { CryptoPort, HashAlgorithm, SignatureAlgorithm } from './port.ts'
import { createWebCrypto } from './webcrypto/index.ts'

const nodePort = createNodeCrypto()
const webPort = createWebCrypto()
const ports: readonly (readonly [string, CryptoPort])[] = [
  ['Node', nodePort],
  ['WebCrypto', webPort],
]

const generate = generateKeyPairSync as (
  type: string,
  options?: object,
) => { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

/** A key pair for each kind, made anew: nothing below depends on which. */
const pairs = new Map(
  [...new Set(Object.values(algorithms).map(({ kind }) => kind))].map((kind) => {
    if (kind.startsWith('P-')) return [kind, generate('ec', { namedCurve: kind })]
    return [kind, kind === 'RSA' ? generate('rsa', { modulusLength: 2048 }) : generate(kind.toLowerCase())]
  }),
)
const data = new Uint8Array(randomBytes(69))
const names = Object.keys(algorithms) as SignatureAlgorithm[]

function spkiOf(algorithm: SignatureAlgorithm): Uint8Array {
  const pair = pairs.get(algorithms[algorithm].kind)
  return new Uint8Array(pair?.publicKey.export({ format: 'der', type: 'spki' }) ?? [])
}

function signWith(algorithm: SignatureAlgorithm, message = data): Uint8Array {
  const { kind, hash, isPss } = algorithms[algorithm]
  const key = pairs.get(kind)?.privateKey as KeyObject
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  return new Uint8Array(sign(hash, message, isPss ? { key, ...padding } : key))
}

/** Signs one message after the other until a signature begins with a zero byte: one in 256 does. */
function signatureWithLeadingZero(algorithm: SignatureAlgorithm) {
  for (let tries = 0; ; tries++) {
    const message = new Uint8Array(4)
    new DataView(message.buffer).setUint32(0, tries)
    const signature = signWith(algorithm, message)
    if (signature[0] === 0) return { message, signature }
  }
}

/** Encodings of y, little-endian: points of low order, and points above the prime that stand for them. */
const lowOrderPoints: readonly (readonly ['Ed25519' | 'Ed448', string])[] = [
  ['Ed25519', `01${'00'.repeat(31)}`],
  ['Ed25519', `01${'00'.repeat(30)}80`],
  ['Ed25519', '00'.repeat(32)],
  ['Ed25519', `ec${'ff'.repeat(30)}7f`],
  ['Ed25519', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['Ed25519', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
  ['Ed25519', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['Ed25519', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['Ed25519', `ed${'ff'.repeat(30)}7f`],
  ['Ed25519', `ee${'ff'.repeat(30)}7f`],
  ['Ed25519', `ee${'ff'.repeat(31)}`],
  ['Ed448', `01${'00'.repeat(56)}`],
  ['Ed448', '00'.repeat(57)],
  ['Ed448', `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`],
  ['Ed448', `00${'00'.repeat(27)}ff${'ff'.repeat(27)}00`],
]

function edwardsKey(algorithm: 'ed25519' | 'ed448', y: string): Uint8Array {
  const point = Buffer.from(y, 'hex')
  const spki = spkiOf(algorithm)
  spki.set(point, spki.length - point.length)
  return spki
}

describe.each(ports)('the %s port', (_, port) => {
  test.each(names)('%s: verifies what Node signed, and nothing else', async (algorithm) => {
    const key = { spki: spkiOf(algorithm) }
    const signature = signWith(algorithm)
    expect(await port.validateKey(algorithm, key)).toBe(true)
    expect(await port.verify(algorithm, key, signature, data)).toBe(true)
    const changed = signature.slice()
    changed[signature.length - 1] = (changed[signature.length - 1] as number) ^ 1
    expect(await port.verify(algorithm, key, changed, data)).toBe(false)
    expect(await port.verify(algorithm, key, signature, data.subarray(1))).toBe(false)
    for (const malformed of [new Uint8Array(), signature.subarray(1), Uint8Array.of(...signature, 0)]) {
      expect(await port.verify(algorithm, key, malformed, data)).toBe(false)
    }
  })

  test.each(names)('%s: refuses keys of any other kind', async (algorithm) => {
    for (const other of names) {
      if (algorithms[other].kind === algorithms[algorithm].kind) continue
      const key = { spki: spkiOf(other) }
      expect(await port.validateKey(algorithm, key)).toBe(false)
      await expect(
        (async () => port.verify(algorithm, key, signWith(algorithm), data))(),
      ).rejects.toMatchObject({
        name: 'AttestationError',
        code: 'public_key_invalid',
      })
    }
  })

  test.each(['rsa-pkcs1-sha256', 'rsa-pss-sha256'] as const)(
    '%s: a signature without its leading zeros is none (RFC 8017 §8.1.2)',
    async (algorithm) => {
      const key = { spki: spkiOf(algorithm) }
      const { message, signature } = signatureWithLeadingZero(algorithm)
      expect(await port.verify(algorithm, key, signature, message)).toBe(true)
      expect(await port.verify(algorithm, key, signature.subarray(1), message)).toBe(false)
      expect(await port.verify(algorithm, key, Uint8Array.of(0, ...signature), message)).toBe(false)
    },
  )

  test('a key that was used with one algorithm is judged anew for another', async () => {
    const key = { spki: spkiOf('rsa-pkcs1-sha256') }
    expect(await port.verify('rsa-pkcs1-sha256', key, signWith('rsa-pkcs1-sha256'), data)).toBe(true)
    expect(await port.verify('rsa-pkcs1-sha512', key, signWith('rsa-pkcs1-sha512'), data)).toBe(true)
    expect(await port.verify('rsa-pkcs1-sha512', key, signWith('rsa-pkcs1-sha256'), data)).toBe(false)
  })

  test('a point off the curve is no key', async () => {
    const spki = spkiOf('ecdsa-p256-sha256')
    spki[spki.length - 1] = (spki[spki.length - 1] as number) ^ 1
    expect(await port.validateKey('ecdsa-p256-sha256', { spki })).toBe(false)
  })

  test.each(lowOrderPoints)('%s %s is no key: one signature would fit all messages', async (curve, y) => {
    const algorithm = curve === 'Ed448' ? 'ed448' : 'ed25519'
    const key = { spki: edwardsKey(algorithm, y) }
    expect(await port.validateKey(algorithm, key)).toBe(false)
    // The identity as R, and zero as S.
    const signature = new Uint8Array(curve === 'Ed448' ? 114 : 64)
    signature[0] = 1
    await expect((async () => port.verify(algorithm, key, signature, data))()).rejects.toMatchObject({
      code: 'public_key_invalid',
    })
  })

  test('a key of a megabyte is refused like any other', async () => {
    const key = { spki: new Uint8Array(2 ** 20) }
    expect(await port.validateKey('ecdsa-p256-sha256', key)).toBe(false)
  })

  test('hashes', async () => {
    const empty: Readonly<Record<HashAlgorithm, string>> = {
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      sha384:
        '38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b',
      sha512:
        'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
    }
    for (const [algorithm, expected] of Object.entries(empty)) {
      const digest = await port.hash(algorithm as HashAlgorithm, new Uint8Array())
      expect(Buffer.from(digest).toString('hex')).toBe(expected)
    }
    expect(await port.sha256(data)).toEqual(await port.hash('sha256', data))
  })

  test('bytes that are views into a larger buffer are read where they lie', async () => {
    const view = (bytes: Uint8Array): Uint8Array => {
      const around = new Uint8Array(bytes.length + 20).fill(0xaa)
      around.set(bytes, 10)
      return around.subarray(10, 10 + bytes.length)
    }
    const algorithm = 'ecdsa-p256-sha256'
    const key = { spki: view(spkiOf(algorithm)) }
    expect(await port.verify(algorithm, key, view(signWith(algorithm)), view(data))).toBe(true)
    expect(await port.sha256(view(data))).toEqual(await port.sha256(data))
  })
})

describe('both ports', () => {
  test('give the same answer to every mutated signature', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom('flip', 'insert', 'drop'),
        async (algorithm, at, byte, how) => {
          const key = { spki: spkiOf(algorithm) }
          const signature = signWith(algorithm)
          const index = at % Math.min(signature.length, 80)
          const rest = how === 'insert' ? signature.subarray(index) : signature.subarray(index + 1)
          const middle =
            how === 'flip' ? [(signature[index] as number) ^ byte] : how === 'insert' ? [byte] : []
          const mutant = Uint8Array.of(...signature.subarray(0, index), ...middle, ...rest)
          const answer = await nodePort.verify(algorithm, key, mutant, data)
          expect(await webPort.verify(algorithm, key, mutant, data)).toBe(answer)
          expect(answer).toBe(Buffer.from(mutant).equals(signature))
        },
      ),
      { seed: 31, numRuns: 200 },
    )
  })

  test('give the same answer to every mutated key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.nat({ max: 255 }),
        async (algorithm, at, mask) => {
          const spki = spkiOf(algorithm)
          const index = at % Math.min(spki.length, 120)
          spki[index] = (spki[index] as number) ^ mask
          const answer = await nodePort.validateKey(algorithm, { spki })
          expect(await webPort.validateKey(algorithm, { spki })).toBe(answer)
          expect(await nodePort.validateKey(algorithm, { spki: Uint8Array.of(...spki, 0) })).toBe(false)
        },
      ),
      { seed: 32, numRuns: 400 },
    )
  })
})

test('keys are imported once while the cache holds them, and the cache is bounded', async () => {
  let imports = 0
  const counting = new Proxy(webcrypto.subtle, {
    get(target, name: keyof SubtleCrypto) {
      if (name === 'importKey') imports++
      const method = target[name] as (...given: unknown[]) => unknown
      return method.bind(target)
    },
  }) as SubtleCrypto
  const port = createWebCrypto({ subtle: counting, cachedKeys: 4 })
  const keys = Array.from({ length: 5 }, () => ({
    spki: new Uint8Array(
      generate('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' }),
    ),
  }))
  const use = async (index: number) =>
    port.validateKey('ecdsa-p256-sha256', keys[index] as { spki: Uint8Array })
  for (const index of [0, 0, 1, 0, 1]) await use(index)
  expect(imports).toBe(2)
  // The first key is used between all others, so it stays; the rest push each other out.
  for (const index of [2, 0, 3, 0, 4, 0]) await use(index)
  expect(imports).toBe(5)
  await use(1)
  expect(imports).toBe(6)
})
