import { KeyboundError, type PublicJwk } from '@keybound/protocol'
import { platformCrypto } from '@keybound/virtual-phone'
import { describe, expect, test } from 'vitest'
import { readProofHeader } from '../../packages/server/src/tokens/dpop/proof-key.ts'
import { importPublicJwk, isSignedBy } from '../../packages/server/src/tokens/internal/signature.ts'
import {
  readerChangingHeaders,
  readJwsHeader,
  splitJws,
} from '../../packages/server/src/tokens/internal/strict-jws.ts'
import { createKeyMemory } from '../../packages/virtual-phone/src/native/key-memory.ts'
import { createSoftwareKeys } from '../../packages/virtual-phone/src/native/software-keys.ts'
import { gcm, splitNonce } from '../../packages/web/src/sealing/crypto.ts'
import { haveVectors, readVectorJson } from '../support/vectors.ts'

/** Wycheproof, through what tokens are read with and what vaults are opened with: no answer may differ. */

interface Jwk {
  readonly kty: string
  readonly crv?: string
  readonly alg?: string
  readonly use?: string
  readonly key_ops?: readonly string[]
  readonly x?: string
  readonly y?: string
  readonly d?: string
}

interface JwsFile {
  readonly numberOfTests: number
  readonly testGroups: readonly {
    readonly comment: string
    readonly public?: Jwk | { readonly keys: readonly Jwk[] }
    readonly private?: Jwk | { readonly keys: readonly Jwk[] }
    readonly tests: readonly {
      readonly tcId: number
      readonly comment: string
      readonly jws: string
      readonly result: string
    }[]
  }[]
}

interface AeadFile {
  readonly numberOfTests: number
  readonly testGroups: readonly {
    readonly ivSize: number
    readonly keySize: number
    readonly tagSize: number
    readonly tests: readonly {
      readonly tcId: number
      readonly key: string
      readonly iv: string
      readonly aad: string
      readonly msg: string
      readonly ct: string
      readonly tag: string
      readonly result: string
    }[]
  }[]
}

const format = {
  what: 'test token',
  code: 'access_token_malformed',
  maxLength: 16_384,
  refusedHeaders: [...readerChangingHeaders, 'jwk'],
} as const

/** As every token and proof is judged: the form, then the one algorithm, then the one key. */
function isTrue(jws: string, jwk: Jwk): boolean {
  try {
    const key = importPublicJwk(jwk as unknown as PublicJwk, 'ES256')
    const parts = splitJws(jws, format)
    return readJwsHeader(parts.header, format).alg === 'ES256' && isSignedBy(parts, key)
  } catch (error) {
    if (error instanceof KeyboundError) return false
    throw error
  }
}

type Keys = JwsFile['testGroups'][number]['public']

function keysOf(key: Keys): readonly Jwk[] {
  return key === undefined ? [] : 'keys' in key ? key.keys : [key]
}

function isProofKey(jwk: Jwk): boolean {
  const header = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk })).toString('base64url')
  try {
    readProofHeader(header, 'dpop+jwt', ['ES256'], { ...format, refusedHeaders: readerChangingHeaders })
    return true
  } catch (error) {
    if (error instanceof KeyboundError) return false
    throw error
  }
}

/** The only keys of the file that are ours: one ES256 key for signatures. */
function ours(key: Keys): Jwk | undefined {
  const [jwk, ...more] = keysOf(key)
  if (more.length > 0) return undefined
  return jwk?.alg === 'ES256' && jwk.use === 'sig' && jwk.crv === 'P-256' && jwk.kty === 'EC'
    ? jwk
    : undefined
}

/** The ES256 key of the file about signatures. */
function goodKey(): Jwk {
  const { testGroups } = readVectorJson<JwsFile>('wycheproof/json_web_signature_test.json')
  const jwk = testGroups.map(({ public: key }) => ours(key)).find((key) => key !== undefined)
  if (jwk === undefined) throw new Error('Unexpected file without an ES256 key.')
  return jwk
}

describe.skipIf(!haveVectors)('Wycheproof', () => {
  test('JSON web signatures by ES256 are what they are said to be', () => {
    const { testGroups } = readVectorJson<JwsFile>('wycheproof/json_web_signature_test.json')
    const judged = testGroups.flatMap(({ public: key, tests }) => {
      const jwk = ours(key)
      return jwk === undefined ? [] : tests.map((one) => ({ ...one, found: isTrue(one.jws, jwk) }))
    })
    expect(judged.filter(({ result, found }) => found !== (result === 'valid'))).toEqual([])
    expect(judged.length).toBeGreaterThanOrEqual(39)
  })

  test('JSON web signatures of other algorithms are nothing, whatever their keys say', () => {
    const { testGroups } = readVectorJson<JwsFile>('wycheproof/json_web_signature_test.json')
    const foreign = testGroups.filter(({ public: key, private: secret }) => !ours(key ?? secret))
    // Two repeat a good signature under the same key, marked for another use: ours are pinned, whatever marks they have.
    const repeated = /^reject(WrongUse|WrongKeyOps)$/
    const taken = foreign.flatMap(({ tests }) =>
      tests.filter(({ jws, comment }) => !repeated.test(comment) && isTrue(jws, goodKey())),
    )
    expect(taken).toEqual([])
    expect(foreign.length).toBeGreaterThan(10)
  })

  test('of all JSON web keys a proof may carry public points of P-256 alone', () => {
    const { testGroups } = readVectorJson<JwsFile>('wycheproof/json_web_key_test.json')
    const judged = testGroups.flatMap(({ comment, public: key, private: secret }) =>
      keysOf(key ?? secret).map((jwk) => ({ comment, jwk, taken: isProofKey(jwk) })),
    )
    const wrong = judged.filter(({ comment, jwk, taken }) => {
      const isPoint =
        jwk.kty === 'EC' && jwk.crv === 'P-256' && jwk.d === undefined && comment !== 'invalid_point'
      return taken !== isPoint
    })
    expect(wrong).toEqual([])
    expect(judged.map(({ comment }) => comment)).toContain('invalid_point')
  })

  const opening: readonly (readonly [string, Open])[] = [
    ['a phone’s vault', openOnPhone],
    ['a browser’s vault', openInBrowser],
  ]
  test.each(opening)('AES-256-GCM as %s uses it', async (_, open) => {
    const { testGroups } = readVectorJson<AeadFile>('wycheproof/aes_gcm_test.json')
    const groups = testGroups.filter(
      ({ ivSize, keySize, tagSize }) => ivSize === 96 && keySize === 256 && tagSize === 128,
    )
    const tests = groups.flatMap((group) => group.tests)
    for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
      const opened = await open(hex(key), hex(iv + ct + tag), hex(aad))
      expect([tcId, opened]).toEqual([tcId, result === 'valid' ? msg : undefined])
    }
    expect(tests.length).toBeGreaterThan(20)
  })
})

/** Opens nonce, ciphertext and tag: the plaintext in hexadecimal, or undefined. */
type Open = (
  key: Uint8Array<ArrayBuffer>,
  sealed: Uint8Array<ArrayBuffer>,
  aad: Uint8Array<ArrayBuffer>,
) => Promise<string | undefined>

async function openOnPhone(...[key, sealed, aad]: Parameters<Open>): Promise<string | undefined> {
  const memory = createKeyMemory(platformCrypto)
  const { aeadOpen } = createSoftwareKeys(platformCrypto, memory)
  const handle = memory.keep('data', await crypto.subtle.importKey('raw', key, 'AES-GCM', true, ['decrypt']))
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  return aeadOpen(handle, text(sealed), text(aad)).then(
    (opened) => Buffer.from(opened, 'base64url').toString('hex'),
    () => undefined,
  )
}

async function openInBrowser(...[key, sealed, aad]: Parameters<Open>): Promise<string | undefined> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
  const [nonce, ciphertext] = splitNonce(sealed)
  return crypto.subtle.decrypt(gcm(nonce, aad), imported, ciphertext).then(
    (opened) => Buffer.from(opened).toString('hex'),
    () => undefined,
  )
}

function hex(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'hex'))
}
