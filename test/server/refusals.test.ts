import type { ErrorCode, SignInAnswer } from '@keybound/protocol'
import { createMemoryStore } from '@keybound/server/store/memory'
import { describe, expect, test } from 'vitest'
import {
  type AuthenticationKnobs,
  createAuthenticator,
  createKeyPair,
  type RegistrationKnobs,
} from '../support/authenticator.ts'
import { createMemoryKeys } from '../support/keys.ts'
import { origin, refusal, startWithAccounts, type TestServer } from '../support/server.ts'

/** Flips one bit of the byte at `index` from the end. */
function flipped(bytes: Buffer, index = 1): Buffer {
  const copy = Buffer.from(bytes)
  copy[copy.length - index] = (copy[copy.length - index] ?? 0) ^ 1
  return copy
}

const other = createKeyPair()

describe('registration refuses', () => {
  const cases: readonly [string, RegistrationKnobs, ErrorCode][] = [
    ['another origin', { origin: 'https://evil.example' }, 'origin_mismatch'],
    ['a look-alike origin', { origin: 'http://localhost:3000.evil.example' }, 'origin_mismatch'],
    [
      'a frame of another site',
      { crossOrigin: true, topOrigin: 'https://evil.example' },
      'cross_origin_forbidden',
    ],
    ['another relying party id', { rpId: 'evil.example' }, 'rp_id_mismatch'],
    ['user verification clear', { userVerified: false }, 'user_verification_missing'],
    ['user presence clear', { userPresent: false }, 'user_presence_missing'],
    ['an assertion’s type', { type: 'webauthn.get' }, 'client_data_type_mismatch'],
    [
      'a challenge of its own making',
      { challenge: Buffer.alloc(32, 1).toString('base64url') },
      'challenge_invalid',
    ],
    ['backed up but not eligible', { backupEligible: false, backedUp: true }, 'backup_state_invalid'],
    [
      'self attestation by another key',
      { attestation: 'packed', signWith: other.privateKey },
      'attestation_statement_invalid',
    ],
    [
      'client data with a member twice',
      { clientData: (text) => text.replace('{', '{"type":"webauthn.create",') },
      'client_data_malformed',
    ],
    [
      'authenticator data with bytes after it',
      { authenticatorData: (data) => Buffer.concat([data, Buffer.of(0)]) },
      'authenticator_data_malformed',
    ],
  ]

  test.each(cases)('%s', async (_, knobs, code) => {
    const { call, signIn, registrationOptions, newOperationId, authenticator, events } =
      await startWithAccounts()
    const signedIn = await signIn()
    const { token } = signedIn.session
    const options = await registrationOptions(signedIn)
    const send = (response: object) =>
      call('POST', '/v1/registration', {
        token,
        body: { grant: signedIn.registrationGrant?.token, operationId: newOperationId(), response },
      })
    const refused = await send(authenticator.register(options, knobs))
    expect(refused).toMatchObject(refusal(code))
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(events.at(-1)).toMatchObject({ type: 'registration.refused', code })
    // Nothing was used up: the honest response to the same options, with the same grant, still passes (attack F15).
    expect(await send(authenticator.register(options))).toMatchObject({ status: 200 })
  })

  test('packed self attestation by its own key passes', async () => {
    const { call, signIn, registrationOptions, newOperationId, authenticator } = await startWithAccounts()
    const signedIn = await signIn()
    const response = authenticator.register(await registrationOptions(signedIn), { attestation: 'packed' })
    const body = { grant: signedIn.registrationGrant?.token, operationId: newOperationId(), response }
    expect(await call('POST', '/v1/registration', { token: signedIn.session.token, body })).toMatchObject({
      status: 200,
    })
  })

  test('a credential id that is registered already', async () => {
    const { call, signIn, register, registrationOptions, newOperationId, authenticator } =
      await startWithAccounts()
    const { credential } = await register(authenticator, 'ada')
    const signedIn = await signIn('grace')
    const response = authenticator.register(await registrationOptions(signedIn), {
      credentialId: credential.id,
    })
    const body = { grant: signedIn.registrationGrant?.token, operationId: newOperationId(), response }
    expect(await call('POST', '/v1/registration', { token: signedIn.session.token, body })).toMatchObject(
      refusal('credential_exists'),
    )
  })

  test('no session', async () => {
    const { call, signIn, registrationOptions } = await startWithAccounts()
    const grant = (await signIn()).registrationGrant?.token
    for (const path of ['/v1/registration/options', '/v1/registration']) {
      expect(await call('POST', path, { body: { grant } })).toMatchObject({
        status: 401,
        json: { code: 'session_required' },
      })
    }
    await expect(registrationOptions(await signIn())).resolves.toBeDefined()
  })
})

describe('grants', () => {
  async function attempt(
    change: (
      test: Awaited<ReturnType<typeof startWithAccounts>>,
      signedIn: SignInAnswer,
    ) => Promise<unknown> | unknown,
  ) {
    const test = await startWithAccounts()
    const signedIn = await test.signIn()
    const response = test.authenticator.register(await test.registrationOptions(signedIn))
    const grant = await change(test, signedIn)
    const body = { ...(grant === undefined ? {} : { grant }), operationId: test.newOperationId(), response }
    const { token } = signedIn.session
    const options = await test.call('POST', '/v1/registration/options', {
      token,
      body: grant === undefined ? {} : { grant },
    })
    const registration = await test.call('POST', '/v1/registration', { token, body })
    return { options, registration }
  }

  test.each<[string, Parameters<typeof attempt>[0], ErrorCode]>([
    ['none', () => undefined, 'grant_required'],
    ['an empty one', () => '', 'grant_required'],
    ['an invented one', () => 'AAAA', 'grant_invalid'],
    [
      'one with a flipped bit',
      (_, { registrationGrant }) =>
        flipped(Buffer.from(registrationGrant?.token ?? '', 'base64url')).toString('base64url'),
      'grant_invalid',
    ],
    ['a device token', (_, { deviceToken }) => deviceToken, 'grant_invalid'],
    [
      'one of another account',
      async ({ signIn }) => (await signIn('grace')).registrationGrant?.token,
      'grant_invalid',
    ],
    [
      'one of another session',
      async ({ signIn }) => (await signIn('ada')).registrationGrant?.token,
      'grant_invalid',
    ],
    [
      'one that is too old',
      ({ clock }, { registrationGrant }) => {
        clock.advance(300)
        return registrationGrant?.token
      },
      'grant_expired',
    ],
  ])('%s', async (_, change, code) => {
    const { options, registration } = await attempt(change)
    expect(options).toMatchObject({ ...refusal(code), status: 403 })
    expect(registration).toMatchObject({ ...refusal(code), status: 403 })
  })

  test('say whether account or session is another', async () => {
    const ofAccount = await attempt(async ({ signIn }) => (await signIn('grace')).registrationGrant?.token)
    expect(ofAccount.registration.json.detail).toContain('account of the registration grant')
    const ofSession = await attempt(async ({ signIn }) => (await signIn('ada')).registrationGrant?.token)
    expect(ofSession.registration.json.detail).toContain('session of the registration grant')
  })

  test('one that was used', async () => {
    const { call, register, registrationOptions, newOperationId, authenticator } = await startWithAccounts()
    const { signedIn } = await register(authenticator)
    const response = authenticator.register(await registrationOptions(signedIn))
    const body = { grant: signedIn.registrationGrant?.token, operationId: newOperationId(), response }
    expect(await call('POST', '/v1/registration', { token: signedIn.session.token, body })).toMatchObject(
      refusal('grant_used'),
    )
  })

  test('E08: a session by key gives none', async () => {
    const { register, authenticate, ada, authenticator } = await startWithAccounts()
    await register(authenticator)
    expect(await authenticate(authenticator, ada)).not.toHaveProperty('registrationGrant')
  })
})

describe('sign-in refuses', () => {
  const cases: readonly [string, AuthenticationKnobs, ErrorCode][] = [
    ['another origin', { origin: 'https://evil.example' }, 'origin_mismatch'],
    ['a frame of another site', { crossOrigin: true }, 'cross_origin_forbidden'],
    ['another relying party id', { rpId: 'evil.example' }, 'rp_id_mismatch'],
    ['user verification clear', { userVerified: false }, 'user_verification_missing'],
    ['user presence clear', { userPresent: false }, 'user_presence_missing'],
    ['a registration’s type', { type: 'webauthn.create' }, 'client_data_type_mismatch'],
    ['a signature by another key', { signWith: other.privateKey }, 'signature_invalid'],
    ['a signature with a flipped bit', { signature: flipped }, 'signature_invalid'],
    [
      'a signature with a byte after it',
      { signature: (signature) => Buffer.concat([signature, Buffer.of(0)]) },
      'signature_invalid',
    ],
    [
      'a challenge of its own making',
      { challenge: Buffer.alloc(32, 1).toString('base64url') },
      'challenge_invalid',
    ],
    ['another backup eligibility', { backupEligible: true }, 'backup_eligibility_changed'],
    ['an unknown credential', { credentialId: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'credential_unknown'],
    ['a user handle of another account', { userHandle: 'AAAA' }, 'credential_account_mismatch'],
  ]

  test.each(cases)('%s', async (_, knobs, code) => {
    const { call, register, authenticationOptions, ada, authenticator, events } = await startWithAccounts()
    await register(authenticator)
    const options = await authenticationOptions(ada)
    const refused = await call('POST', '/v1/authentication', {
      body: { response: authenticator.authenticate(options, knobs) },
    })
    expect(refused).toMatchObject(refusal(code))
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(events.at(-1)).toMatchObject({ type: 'authentication.refused', code })
    // Nothing was used up (attack F15), and nothing was locked (attack F04).
    const honest = { response: authenticator.authenticate(options) }
    expect(await call('POST', '/v1/authentication', { body: honest })).toMatchObject({ status: 200 })
  })

  test('a discoverable answer without a user handle', async () => {
    const { call, register, authenticationOptions, authenticator } = await startWithAccounts()
    await register(authenticator)
    const response = authenticator.authenticate(await authenticationOptions(), { userHandle: null })
    expect(await call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
      refusal('response_malformed'),
    )
  })

  test('a replayed answer', async () => {
    const { call, register, authenticationOptions, ada, authenticator } = await startWithAccounts()
    await register(authenticator)
    const body = { response: authenticator.authenticate(await authenticationOptions(ada)) }
    expect(await call('POST', '/v1/authentication', { body })).toMatchObject({ status: 200 })
    expect(await call('POST', '/v1/authentication', { body })).toMatchObject({
      status: 409,
      json: { code: 'challenge_used' },
    })
  })

  test('a second signature over a used challenge', async () => {
    const { call, register, authenticationOptions, ada, authenticator } = await startWithAccounts()
    await register(authenticator)
    const options = await authenticationOptions(ada)
    const send = () =>
      call('POST', '/v1/authentication', { body: { response: authenticator.authenticate(options) } })
    expect(await send()).toMatchObject({ status: 200 })
    expect(await send()).toMatchObject(refusal('challenge_used'))
  })

  test('the credential of another account than the one named', async () => {
    const { call, register, authenticationOptions, ada, authenticator } = await startWithAccounts()
    await register(authenticator, 'ada')
    await register(authenticator, 'grace')
    const [, ofGrace] = authenticator.credentials
    if (ofGrace === undefined) throw new Error('Unexpected absence of a credential.')
    const response = authenticator.authenticate(await authenticationOptions(ada), { credential: ofGrace })
    expect(await call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
      refusal('credential_account_mismatch'),
    )
  })

  test('a removed credential', async () => {
    const { call, register, authenticationOptions, ada, authenticator } = await startWithAccounts()
    const { signedIn, credential } = await register(authenticator)
    const response = authenticator.authenticate(await authenticationOptions(ada))
    await call('DELETE', `/v1/credentials/${credential.id}`, { token: signedIn.session.token })
    expect(await call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
      refusal('credential_unknown'),
    )
  })
})

describe('challenges', () => {
  test('live 120 seconds for a sign-in, to the second', async () => {
    const { call, register, authenticationOptions, ada, authenticator, clock } = await startWithAccounts()
    await register(authenticator)
    const options = await authenticationOptions(ada)
    const late = { response: authenticator.authenticate(options) }
    clock.advance(120)
    expect(await call('POST', '/v1/authentication', { body: late })).toMatchObject({
      status: 400,
      json: { code: 'challenge_expired' },
    })
    clock.advance(-1)
    expect(await call('POST', '/v1/authentication', { body: late })).toMatchObject({ status: 200 })
    expect(options.timeout).toBe(120_000)
  })

  test('live 300 seconds for a registration', async () => {
    const { call, signIn, registrationOptions, newOperationId, authenticator, clock } =
      await startWithAccounts()
    const first = await signIn()
    const options = await registrationOptions(first)
    clock.advance(299)
    const second = await signIn()
    const send = () =>
      call('POST', '/v1/registration', {
        token: second.session.token,
        body: {
          grant: second.registrationGrant?.token,
          operationId: newOperationId(),
          response: authenticator.register(options),
        },
      })
    clock.advance(1)
    expect(await send()).toMatchObject(refusal('challenge_expired'))
    clock.advance(-1)
    expect(await send()).toMatchObject({ status: 200 })
    expect(options.timeout).toBe(300_000)
  })

  test('of sign-in do not register, and of registration do not sign in', async () => {
    const {
      call,
      signIn,
      register,
      registrationOptions,
      authenticationOptions,
      newOperationId,
      ada,
      authenticator,
    } = await startWithAccounts()
    await register(authenticator)
    const signedIn = await signIn()
    const forRegistration = await registrationOptions(signedIn)
    const forSignIn = await authenticationOptions(ada)
    const registration = authenticator.register(forRegistration, { challenge: forSignIn.challenge })
    expect(
      await call('POST', '/v1/registration', {
        token: signedIn.session.token,
        body: {
          grant: signedIn.registrationGrant?.token,
          operationId: newOperationId(),
          response: registration,
        },
      }),
    ).toMatchObject(refusal('challenge_purpose_mismatch'))
    const [credential] = authenticator.credentials
    if (credential === undefined) throw new Error('Unexpected absence of a credential.')
    const assertion = authenticator.authenticate(forSignIn, {
      challenge: forRegistration.challenge,
      credential,
    })
    expect(await call('POST', '/v1/authentication', { body: { response: assertion } })).toMatchObject(
      refusal('challenge_purpose_mismatch'),
    )
  })

  test.each(['grant', 'device token'] as const)('are not what a %s is', async (what) => {
    const { call, register, authenticationOptions, ada, authenticator } = await startWithAccounts()
    const { signedIn } = await register(authenticator)
    const challenge = what === 'grant' ? signedIn.registrationGrant?.token : signedIn.deviceToken
    const response = authenticator.authenticate(await authenticationOptions(ada), {
      challenge: challenge ?? '',
    })
    expect(await call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
      refusal('challenge_purpose_mismatch'),
    )
  })

  test('of another account do not register', async () => {
    const { call, signIn, registrationOptions, newOperationId, authenticator } = await startWithAccounts()
    const ofAda = await registrationOptions(await signIn('ada'))
    const grace = await signIn('grace')
    expect(
      await call('POST', '/v1/registration', {
        token: grace.session.token,
        body: {
          grant: grace.registrationGrant?.token,
          operationId: newOperationId(),
          response: authenticator.register(ofAda),
        },
      }),
    ).toMatchObject(refusal('challenge_account_mismatch'))
  })

  test('of another realm are refused as such, whatever the two servers share', async () => {
    const shared = { store: createMemoryStore(), keys: createMemoryKeys() }
    const bank = await startWithAccounts({ ...shared, realm: 'bank' })
    const shop = await startWithAccounts({ ...shared, realm: 'shop' })
    await bank.register(bank.authenticator)
    const response = bank.authenticator.authenticate(await bank.authenticationOptions(bank.ada), {
      challenge: (await shop.authenticationOptions(bank.ada)).challenge,
    })
    expect(await bank.call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
      refusal('challenge_realm_mismatch'),
    )
    const session = await bank.signIn()
    expect(await shop.call('GET', '/v1/session', { token: session.session.token })).toMatchObject(
      refusal('session_required'),
    )
    expect(
      await shop.call('POST', '/v1/registration/options', {
        token: (await shop.signIn()).session.token,
        body: { grant: session.registrationGrant?.token },
      }),
    ).toMatchObject(refusal('grant_invalid'))
  })

  test('under other keys are not of this server', async () => {
    const store = createMemoryStore()
    const one = await startWithAccounts({ store, keys: createMemoryKeys('one') })
    const two = await startWithAccounts({ store, keys: createMemoryKeys('two') })
    await one.register(one.authenticator)
    const response = one.authenticator.authenticate(await two.authenticationOptions(one.ada), {})
    expect(await one.call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
      refusal('challenge_invalid'),
    )
  })

  test('with any bit flipped are invalid or say what they are not', async () => {
    const test = await startWithAccounts()
    await test.register(test.authenticator)
    const options = await test.authenticationOptions(test.ada)
    const bytes = Buffer.from(options.challenge, 'base64url')
    for (let index = 1; index <= bytes.length; index++) {
      const response = test.authenticator.authenticate(options, {
        challenge: flipped(bytes, index).toString('base64url'),
      })
      expect(await test.call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
        refusal('challenge_invalid'),
      )
    }
  })

  test('in another spelling of the same bytes are not the same challenge', async () => {
    const test = await startWithAccounts()
    await test.register(test.authenticator)
    const options = await test.authenticationOptions(test.ada)
    for (const challenge of [
      `${options.challenge}=`,
      `${options.challenge} `,
      options.challenge.replace(/.$/, '$&\n'),
    ]) {
      const response = test.authenticator.authenticate(options, { challenge })
      expect(await test.call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
        refusal('challenge_invalid'),
      )
    }
  })

  test('are all different and write nothing until used', async () => {
    const writes: string[] = []
    const store = createMemoryStore()
    const watched = new Proxy(store, {
      get: (target, name: keyof typeof store) => {
        if (/^(register|record|remove|start|end|take|clear|save)/.test(name)) writes.push(name)
        return target[name]
      },
    })
    const test: TestServer = await startWithAccounts({ store: watched })
    writes.length = 0
    const challenges = new Set<string>()
    for (let count = 0; count < 100; count++)
      challenges.add((await test.authenticationOptions('somebody')).challenge)
    expect(challenges.size).toBe(100)
    expect(writes).toEqual([])
  })
})

describe('a wrong signature', () => {
  test('does not burn the key, and the password lockout leaves the key open', async () => {
    const { call, register, authenticate, authenticationOptions, ada } = await startWithAccounts()
    const authenticator = createAuthenticator({ origin })
    await register(authenticator)
    for (let count = 0; count < 50; count++) {
      const response = authenticator.authenticate(await authenticationOptions(ada), {
        signWith: other.privateKey,
      })
      await call('POST', '/v1/authentication', { body: { response } })
    }
    for (let count = 0; count < 6; count++) {
      await call('POST', '/v1/sessions/password', { body: { username: 'ada', password: 'wrong' } })
    }
    expect(
      await call('POST', '/v1/sessions/password', { body: { username: 'ada', password: 'wrong' } }),
    ).toMatchObject(refusal('too_many_attempts'))
    expect(await authenticate(authenticator, ada)).toMatchObject({ session: { account: ada } })
  })
})
