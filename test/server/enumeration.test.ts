import { expect, test } from 'vitest'
import { refusal, startWithAccounts } from '../support/server.ts'

/** Attack F01: nothing tells an account that exists from one that does not. */

test('a wrong password and an unknown user are one answer, byte for byte', async () => {
  const { call } = await startWithAccounts()
  const wrong = await call('POST', '/v1/sessions/password', { body: { username: 'ada', password: 'wrong' } })
  const unknown = await call('POST', '/v1/sessions/password', {
    body: { username: 'nobody', password: 'wrong' },
  })
  const impossible = await call('POST', '/v1/sessions/password', {
    body: { username: ' \u0000 ', password: 'wrong' },
  })
  expect(wrong).toMatchObject({ status: 401, ...refusal('password_wrong') })
  expect(unknown.text).toBe(wrong.text)
  expect(impossible.text).toBe(wrong.text)
  expect([...unknown.headers]).toEqual([...wrong.headers])
})

test('an unknown user costs the same work as a wrong password', async () => {
  const { createHasher } = await import('../../packages/server/src/password/hasher.ts')
  const work: unknown[] = []
  const hasher = createHasher(
    async ({ memory, passes, parallelism, length }) => {
      work.push({ memory, passes, parallelism, length })
      return new Uint8Array(length)
    },
    { memory: 8_192, passes: 3, parallelism: 1 },
    (length) => new Uint8Array(length).fill(1),
  )
  const stored = await hasher.hash('right')
  work.length = 0
  expect(await hasher.verify('wrong', undefined)).toMatchObject({ right: false })
  await hasher.verify('wrong', stored)
  expect(work[0]).toEqual(work[1])
})

test('lockout counts unknown users like known ones', async () => {
  const { call } = await startWithAccounts()
  for (const username of ['ada', 'nobody']) {
    const codes: string[] = []
    for (let count = 0; count < 6; count++) {
      codes.push(
        (await call('POST', '/v1/sessions/password', { body: { username, password: 'wrong' } })).json.code,
      )
    }
    expect(codes).toEqual([...Array(5).fill('password_wrong'), 'too_many_attempts'])
  }
})

test('options for an account without keys, or for none, look like those of one with a key, and stay the same', async () => {
  const { register, authenticationOptions, ada, grace, authenticator } = await startWithAccounts()
  await register(authenticator)
  const real = await authenticationOptions(ada)
  for (const account of [grace, 'no-such-account', '\u0000', 'ａ'.repeat(100)]) {
    const decoy = await authenticationOptions(account)
    const again = await authenticationOptions(account)
    expect(again.allowCredentials).toEqual(decoy.allowCredentials)
    expect(decoy.allowCredentials).toHaveLength(1)
    expect({ ...decoy, challenge: '', allowCredentials: [] }).toEqual({
      ...real,
      challenge: '',
      allowCredentials: [],
    })
    expect(decoy.challenge.length).toBe(real.challenge.length)
    expect(Object.keys(decoy.allowCredentials[0] ?? {})).toEqual(Object.keys(real.allowCredentials[0] ?? {}))
  }
  const ids = new Set<string>()
  for (let index = 0; index < 200; index++) {
    ids.add((await authenticationOptions(`account ${index}`)).allowCredentials[0]?.id ?? '')
  }
  expect(ids.size).toBe(200)
  expect(new Set([...ids].map((id) => Buffer.from(id, 'base64url').length))).toEqual(new Set([16, 20, 32]))
})

test('decoys of another realm or key are others', async () => {
  const { createMemoryKeys } = await import('../support/keys.ts')
  const one = await startWithAccounts({ realm: 'one' })
  const two = await startWithAccounts({ realm: 'two' })
  const three = await startWithAccounts({ realm: 'one', keys: createMemoryKeys('other') })
  const ids = await Promise.all(
    [one, two, three].map(
      async ({ authenticationOptions }) => (await authenticationOptions('x')).allowCredentials[0]?.id,
    ),
  )
  expect(new Set(ids).size).toBe(3)
})

test('a key of another account cannot be removed, listed or told from one that does not exist (attack F07)', async () => {
  const { call, register, signIn, authenticate, ada, authenticator } = await startWithAccounts()
  const { credential } = await register(authenticator, 'ada')
  const { session } = await signIn('grace')
  const foreign = await call('DELETE', `/v1/credentials/${credential.id}`, { token: session.token })
  const absent = await call('DELETE', '/v1/credentials/AAAAAAAAAAAAAAAAAAAAAA', { token: session.token })
  expect(foreign).toMatchObject(refusal('credential_unknown'))
  expect(absent.text).toBe(foreign.text)
  expect((await call('GET', '/v1/credentials', { token: session.token })).json).toEqual({ credentials: [] })
  await expect(authenticate(authenticator, ada)).resolves.toBeDefined()
})
