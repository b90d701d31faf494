import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadArgon2id } from './argon2.ts'
import { createHasher } from './hasher.ts'
import { formatPhc, parsePhc } from './phc.ts'
import { createQueue } from './queue.ts'
import { normaliseUsername, passwordBytes } from './username.ts'

const cheap = { memory: 8_192, passes: 3, parallelism: 1 }

describe('Argon2id', () => {
  test('gives the bytes of RFC 9106 §5.3', async () => {
    // The RFC's vector has a secret and associated data, which this port never uses: Node takes both.
    const { argon2Sync } = await import('node:crypto')
    const tag = argon2Sync('argon2id', {
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      parallelism: 4,
      tagLength: 32,
      memory: 32,
      passes: 3,
    })
    expect(tag.toString('hex')).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659')
  })

  test('the port hands every parameter on', async () => {
    const argon2id = await loadArgon2id()
    const input = {
      password: Buffer.from('password'),
      salt: Buffer.alloc(16, 1),
      memory: 64,
      passes: 2,
      parallelism: 1,
      length: 32,
    }
    const base = Buffer.from(await argon2id(input)).toString('hex')
    expect(await argon2id(input)).toEqual(Buffer.from(base, 'hex'))
    for (const change of [
      { memory: 72 },
      { passes: 3 },
      { parallelism: 2 },
      { salt: Buffer.alloc(16, 2) },
      { password: Buffer.from('Password') },
    ]) {
      expect(Buffer.from(await argon2id({ ...input, ...change })).toString('hex')).not.toBe(base)
    }
    expect(await argon2id({ ...input, length: 64 })).toHaveLength(64)
  })

  test('an older Node uses the peer, in its terms', async () => {
    const calls: unknown[] = []
    const hashRaw = async (...call: unknown[]) => {
      calls.push(call)
      return Buffer.from('raw')
    }
    const argon2id = await loadArgon2id(null, async () => ({ hashRaw }))
    const salt = Buffer.alloc(16, 7)
    const password = Buffer.from('hé')
    expect(await argon2id({ password, salt, memory: 8_192, passes: 3, parallelism: 1, length: 32 })).toEqual(
      Buffer.from('raw'),
    )
    expect(calls).toEqual([
      [
        password,
        { memoryCost: 8_192, timeCost: 3, parallelism: 1, outputLen: 32, algorithm: 2, version: 1, salt },
      ],
    ])
  })

  test('without either the start is refused', async () => {
    const absent = () => Promise.reject(new Error('ERR_MODULE_NOT_FOUND'))
    await expect(loadArgon2id(null, absent)).rejects.toMatchObject({ code: 'configuration_invalid' })
  })
})

describe('PHC strings', () => {
  test('are read as they were written', () => {
    const hash = fc.record({
      memory: fc.integer({ min: 128, max: 1_048_576 }),
      passes: fc.integer({ min: 1, max: 16 }),
      parallelism: fc.integer({ min: 1, max: 16 }),
      salt: fc.uint8Array({ minLength: 16, maxLength: 64 }),
      hash: fc.uint8Array({ minLength: 32, maxLength: 64 }),
    })
    fc.assert(
      fc.property(hash, (value) => {
        const parsed = parsePhc(formatPhc(value))
        expect(
          parsed && { ...parsed, salt: Uint8Array.from(parsed.salt), hash: Uint8Array.from(parsed.hash) },
        ).toEqual(value)
      }),
      { seed: 2 },
    )
  })

  const good = formatPhc({ ...cheap, salt: Buffer.alloc(16, 1), hash: Buffer.alloc(32, 2) })
  test.each([
    ['another variant', good.replace('argon2id', 'argon2i')],
    ['another version', good.replace('v=19', 'v=16')],
    ['too much memory', good.replace('m=8192', 'm=1048577')],
    ['too many passes', good.replace('t=3', 't=17')],
    ['too many lanes', good.replace('p=1', 'p=17')],
    ['less memory than lanes need', good.replace('m=8192', 'm=7')],
    ['leading zeros', good.replace('t=3', 't=03')],
    ['a short salt', good.replace(/\$[^$]+\$([^$]+)$/, '$AAAA$$$1')],
    ['a line break', `${good}\n`],
    ['nothing', ''],
  ])('with %s are refused', (_, text) => {
    expect(parsePhc(good)).toBeDefined()
    expect(parsePhc(text)).toBeUndefined()
  })
})

describe('hasher', () => {
  test('takes the right password and no other, with a fresh salt each time', async () => {
    const hasher = createHasher(await loadArgon2id(), cheap, randomBytes)
    const [one, two] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')]
    expect(one).not.toBe(two)
    expect(await hasher.verify('correct horse', one)).toEqual({ right: true, outdated: false })
    for (const wrong of ['correct hors', 'correct horse ', 'Correct horse', '']) {
      expect(await hasher.verify(wrong, one)).toMatchObject({ right: false })
    }
    expect(await hasher.verify('correct horse', undefined)).toMatchObject({ right: false })
  })

  test('one password in two Unicode spellings is one password', async () => {
    const hasher = createHasher(await loadArgon2id(), cheap, randomBytes)
    expect(await hasher.verify('caf\u00e9', await hasher.hash('cafe\u0301'))).toMatchObject({ right: true })
    expect(passwordBytes('ﬁ')).toEqual(Buffer.from('ﬁ'))
  })

  test('a hash that is none fails closed', async () => {
    const hasher = createHasher(await loadArgon2id(), cheap, randomBytes)
    await expect(hasher.verify('x', 'plain')).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})

describe('normaliseUsername', () => {
  test.each([
    ['Ada', 'ada'],
    ['ＡＤＡ', 'ada'],
    ['STRASSE', 'strasse'],
    ['İ', 'i̇'],
    ['ada@example.org', 'ada@example.org'],
    ['李小龍', '李小龍'],
  ])('%j is %j', (given, normal) => {
    expect(normaliseUsername(given)).toBe(normal)
  })

  test.each(['', ' ', 'a\u00a0', 'a\nb', 'a\u200db', '\ud800', 'x'.repeat(65)])('%j is none', (given) => {
    expect(normaliseUsername(given)).toBeUndefined()
  })

  test('is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const once = normaliseUsername(text)
        if (once !== undefined) expect(normaliseUsername(once)).toBe(once)
      }),
      { seed: 3, numRuns: 2_000 },
    )
  })
})

describe('queue', () => {
  test('works so many at a time, in order, and refuses the rest at once', async () => {
    const queue = createQueue(2, 2, 7)
    const places = Array.from({ length: 4 }, () => queue.enter())
    expect(() => queue.enter()).toThrow(expect.objectContaining({ code: 'overloaded', retryAfter: 7 }))
    const begun: number[] = []
    for (const [index, place] of places.entries()) void place.turn().then(() => begun.push(index))
    await Promise.resolve()
    expect(begun).toEqual([0, 1])
    places[1]?.leave()
    await Promise.resolve()
    expect(begun).toEqual([0, 1, 2])
    places[0]?.leave()
    places[0]?.leave()
    await Promise.resolve()
    expect(begun).toEqual([0, 1, 2, 3])
    // Two left, so two may enter.
    queue.enter()
    queue.enter()
    expect(() => queue.enter()).toThrow(expect.objectContaining({ code: 'overloaded' }))
  })

  test('a place that is left without its turn is free again', () => {
    const queue = createQueue(1, 0, 1)
    queue.enter().leave()
    expect(() => queue.enter()).not.toThrow()
  })
})
