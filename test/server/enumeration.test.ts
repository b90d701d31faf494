import type { ErrorCode } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import { userHandleOf } from '../../packages/server/src/registration/user-handle.ts'
import { createAuthenticator } from '../support/authenticator.ts'
import { origin, refusal, startWithAccounts } from '../support/server.ts'

/** Attack F01: nothing tells an account that exists from one that does not. */

test('a wrong password and an unknown user are one answer, byte for byte (attack F01)', async () => {
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

describe('wrong answers tell a decoy from a real key by nothing', async () => {
  const { call, register, signIn, registrationOptions, authenticationOptions, ...rest } =
    await startWithAccounts()
  const { ada, newOperationId } = rest
  const stranger = createAuthenticator({ origin })
  const real = createAuthenticator({ origin })
  await register(real, 'ada')
  await register(stranger, 'grace')
  const realId = (await authenticationOptions(ada)).allowCredentials[0]?.id ?? ''
  // One decoy of the shape this key has: never backed up.
  const absent = await accountWithDecoyOf(32)
  const decoyId = (await authenticationOptions(absent)).allowCredentials[0]?.id ?? ''

  async function accountWithDecoyOf(length: number): Promise<string> {
    for (let index = 0; ; index++) {
      const { allowCredentials } = await authenticationOptions(`nobody ${index}`)
      if (Buffer.from(allowCredentials[0]?.id ?? '', 'base64url').length === length) return `nobody ${index}`
    }
  }

  /** What the server says to a stranger who signs in the place of this credential. */
  async function answerTo(id: string, challengeFor: string | undefined, knobs: object): Promise<string> {
    const options = await authenticationOptions(challengeFor)
    const response = stranger.authenticate(
      { ...options, allowCredentials: [] },
      { credentialId: id, userHandle: null, ...knobs },
    )
    return (await call('POST', '/v1/authentication', { body: { response } })).text
  }

  const handleOf = (account: string) => userHandleOf('test', account).toString('base64url')
  const [ownHandle, othersHandle] = [handleOf('of this account'), handleOf('of another')]
  const attempts: readonly (readonly [string, object, ErrorCode])[] = [
    ['nothing else wrong', {}, 'signature_invalid'],
    ['a user handle', { userHandle: ownHandle }, 'signature_invalid'],
    ['the user handle of another', { userHandle: othersHandle }, 'signature_invalid'],
    ['no signature at all', { signature: () => Buffer.from('no') }, 'signature_invalid'],
    ['another backup eligibility', { backupEligible: true }, 'backup_eligibility_changed'],
    ['another origin', { origin: 'https://evil.example' }, 'origin_mismatch'],
    ['no user verification', { userVerified: false }, 'user_verification_missing'],
  ]
  test.each(attempts)('%s, where the account is named', async (_name, knobs, code) => {
    const answer = await answerTo(realId, ada, handled(knobs, ada))
    expect(JSON.parse(answer)).toMatchObject({ code })
    expect(await answerTo(decoyId, absent, handled(knobs, absent))).toBe(answer)
  })

  test.each(attempts)('%s, where no account is named', async (_name, knobs) => {
    const answer = await answerTo(realId, undefined, handled(knobs, ada))
    expect(await answerTo(decoyId, undefined, handled(knobs, absent))).toBe(answer)
  })

  /** Replaces the stand-in by the handle of the account that is tried. */
  function handled(knobs: { readonly userHandle?: string }, account: string): object {
    return knobs.userHandle === ownHandle ? { ...knobs, userHandle: handleOf(account) } : knobs
  }

  test('a challenge for another account', async () => {
    const answer = await answerTo(realId, absent, {})
    expect(JSON.parse(answer)).toMatchObject({ code: 'credential_account_mismatch' })
    expect(await answerTo(decoyId, ada, {})).toBe(answer)
  })

  test('registering its id, with a fresh grant and with a used one', async () => {
    const signedIn = await signIn('grace')
    const registerAs = async (credentialId?: string) => {
      const options = await registrationOptions(signedIn)
      const response = createAuthenticator({ origin }).register(
        options,
        credentialId === undefined ? {} : { credentialId },
      )
      const body = {
        grant: signedIn.registrationGrant?.token,
        operationId: newOperationId(),
        response,
      }
      return (await call('POST', '/v1/registration', { token: signedIn.session.token, body })).text
    }
    const answer = await registerAs(realId)
    expect(JSON.parse(answer)).toMatchObject({ code: 'credential_exists' })
    expect(await registerAs(decoyId)).toBe(answer)
    await registerAs()
    const later = await registerAs(realId)
    expect(JSON.parse(later)).toMatchObject({ code: 'grant_used' })
    expect(await registerAs(decoyId)).toBe(later)
  })

  test('another text of the same id', async () => {
    // 32 bytes leave two bits of the last character unused.
    const [otherReal, otherDecoy] = [realId, decoyId].map(
      (id) => id.slice(0, -1) + nextCharacter(id.slice(-1)),
    )
    const answer = await answerTo(otherReal ?? '', ada, {})
    expect(Buffer.from(otherReal ?? '', 'base64url')).toEqual(Buffer.from(realId, 'base64url'))
    expect(await answerTo(otherDecoy ?? '', absent, {})).toBe(answer)
  })

  function nextCharacter(character: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return alphabet[alphabet.indexOf(character) + 1] ?? ''
  }

  test('what is neither is unknown, also with half of a decoy', async () => {
    const half = Buffer.from(decoyId, 'base64url').fill(0, 16).toString('base64url')
    for (const id of [half, 'AAAA', 'A'.repeat(22)]) {
      expect(JSON.parse(await answerTo(id, absent, {}))).toMatchObject({ code: 'credential_unknown' })
    }
  })
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
