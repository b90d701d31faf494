import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { compactVerify, EmbeddedJWK, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import type { IssuerKeys } from '../../packages/server/src/tokens/access-token/keys.ts'
import { verifyAccessToken } from '../../packages/server/src/tokens/access-token/verify.ts'
import { verifyDpopProof } from '../../packages/server/src/tokens/dpop/proof.ts'
import { sample } from '../support/sample.ts'
import { createTestKey, signCompact } from './support/proof-key.ts'

// We check signatures and forms ourselves. An independent implementation must agree with everything we accept.

const now = 1_795_348_800
const issuer = createTestKey()
const device = createTestKey()
const keys: IssuerKeys = {
  find: async (kid) =>
    kid === 'k1'
      ? { algorithm: 'ES256', key: createPublicKey(issuer.publicKey.export({ format: 'pem', type: 'spki' })) }
      : undefined,
}
const claims = {
  iss: 'https://a.example',
  aud: 'https://b.example',
  sub: 'user',
  iat: now,
  exp: now + 300,
  jti: 'j',
}
const proofClaims = { jti: 'jti', htm: 'POST', htu: 'https://b.example/pay', iat: now }
const token = signCompact(
  '{"typ":"at+jwt","alg":"ES256","kid":"k1"}',
  JSON.stringify(claims),
  issuer.privateKey,
)
const proof = device.proof(proofClaims)

const acceptsToken = (text: string) =>
  settled(verifyAccessToken(text, keys, { issuer: claims.iss, audience: claims.aud, now }))
const acceptsProof = (text: string) =>
  settled(verifyDpopProof(text, { method: 'POST', url: proofClaims.htu, now }))
const joseAcceptsToken = (text: string) =>
  settled(
    jwtVerify(text, issuer.publicKey, {
      issuer: claims.iss,
      audience: claims.aud,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      currentDate: new Date(now * 1000),
    }),
  )
const joseAcceptsProof = (text: string) =>
  settled(compactVerify(text, EmbeddedJWK, { algorithms: ['ES256'] }))

async function settled(verdict: Promise<unknown>): Promise<boolean> {
  try {
    await verdict
    return true
  } catch (error) {
    // Ours refuse with their own error, whatever they are given.
    expect((error as Error).name).toMatch(/^(KeyboundError|JW|JOSE|Error$|TypeError$)/)
    return false
  }
}

/** One to three changes of characters, as a bit flip, an insertion, a deletion or a swap of parts would make. */
function mutant(text: string) {
  const character = fc.constantFrom(
    ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n',
  )
  const change = fc.record({
    at: fc.nat(text.length - 1),
    put: fc.oneof({ weight: 4, arbitrary: character }, fc.constant('')),
    remove: fc.constantFrom(0, 1),
  })
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let changed = text
    for (const { at, put, remove } of changes)
      changed = changed.slice(0, at) + put + changed.slice(at + remove)
    return changed
  })
}

const numRuns = sample({ small: 1500, large: 6000, full: 60_000 })

test('the originals are accepted by both', async () => {
  expect(await acceptsToken(token)).toBe(true)
  expect(await joseAcceptsToken(token)).toBe(true)
  expect(await acceptsProof(proof)).toBe(true)
  expect(await joseAcceptsProof(proof)).toBe(true)
})

test('a changed token is refused, unless nothing changed', async () => {
  await fc.assert(
    fc.asyncProperty(mutant(token), async (text) => {
      expect(await acceptsToken(text)).toBe(text === token)
    }),
    { seed: 9068, numRuns },
  )
})

test('a changed proof is refused, unless nothing changed', async () => {
  await fc.assert(
    fc.asyncProperty(mutant(proof), async (text) => {
      expect(await acceptsProof(text)).toBe(text === proof)
    }),
    { seed: 9449, numRuns },
  )
})

test('whatever we accept, the other implementation accepts: headers and claims signed anew', async () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      'ES256',
      'none',
      'at+jwt',
      'dpop+jwt',
      'k1',
      now,
      now + 300,
      'user',
      true,
      null,
      '',
    ),
    fc.jsonValue({ maxDepth: 1 }),
  )
  const headerChange = fc.record({
    name: fc.constantFrom('alg', 'typ', 'kid', 'crit', 'jwk', 'cty', 'x'),
    value,
  })
  const claimChange = fc.record({
    name: fc.constantFrom('iss', 'aud', 'sub', 'iat', 'exp', 'nbf', 'jti', 'x'),
    value,
  })
  const apply = (object: object, changes: readonly { name: string; value: unknown }[]) =>
    JSON.stringify({ ...object, ...Object.fromEntries(changes.map(({ name, value }) => [name, value])) })
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(headerChange, { maxLength: 1 }),
      fc.array(claimChange, { maxLength: 2 }),
      async (headerChanges, claimChanges) => {
        const header = apply({ typ: 'at+jwt', alg: 'ES256', kid: 'k1' }, headerChanges)
        const text = signCompact(header, apply(claims, claimChanges), issuer.privateKey)
        if (!(await acceptsToken(text))) return
        accepted++
        expect(await joseAcceptsToken(text)).toBe(true)
      },
    ),
    { seed: 8725, numRuns: Math.ceil(numRuns / 3) },
  )
  expect(accepted).toBeGreaterThan(20)
})
