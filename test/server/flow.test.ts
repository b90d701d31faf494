import type { CredentialsAnswer, SessionAnswer } from '@keybound/protocol'
import { expect, test } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import { origin, refusal, startWithAccounts } from '../support/server.ts'

test('password, register, sign in by key, list, remove, sign out', async () => {
  const { call, register, authenticate, signIn, ada, authenticator, events } = await startWithAccounts()

  const { signedIn, credential } = await register(authenticator, 'ada', 'Ada’s phone')
  expect(signedIn.session).toMatchObject({ account: ada, acr: 'pwd' })
  expect(credential).toMatchObject({
    name: 'Ada’s phone',
    level: 'W',
    backupEligible: false,
    lastUsedAt: null,
  })

  const byKey = await authenticate(authenticator, ada)
  expect(byKey.session).toMatchObject({ account: ada, acr: 'W' })
  expect(byKey.registrationGrant).toBeUndefined()
  const discoverable = await authenticate(authenticator)
  expect(discoverable.session.account).toBe(ada)

  const session = await call<SessionAnswer>('GET', '/v1/session', { token: byKey.session.token })
  expect(session.json).toEqual({
    account: ada,
    acr: 'W',
    authTime: byKey.session.authTime,
    expiresAt: byKey.session.expiresAt,
  })

  const { token } = signedIn.session
  const list = await call<CredentialsAnswer>('GET', '/v1/credentials', { token })
  expect(list.json.credentials).toEqual([{ ...credential, lastUsedAt: byKey.session.authTime }])

  // Removal ends the sessions of that credential and no other.
  expect(await call('DELETE', `/v1/credentials/${credential.id}`, { token })).toMatchObject({
    status: 204,
    text: '',
  })
  expect(await call('GET', '/v1/session', { token: byKey.session.token })).toMatchObject(
    refusal('session_required'),
  )
  expect(await call('GET', '/v1/session', { token: discoverable.session.token })).toMatchObject(
    refusal('session_required'),
  )
  expect(await call('GET', '/v1/session', { token })).toMatchObject({ status: 200 })
  expect(await call('DELETE', `/v1/credentials/${credential.id}`, { token })).toMatchObject(
    refusal('credential_unknown'),
  )

  // Sign-out, twice; the password still works.
  for (let time = 0; time < 2; time++) {
    expect(await call('DELETE', '/v1/session', { token })).toMatchObject({ status: 204 })
  }
  expect(await call('GET', '/v1/session', { token })).toMatchObject(refusal('session_required'))
  await signIn()

  expect(events.map(({ type }) => type)).toEqual([
    'account.created',
    'account.created',
    'password.accepted',
    'credential.registered',
    'authentication.accepted',
    'authentication.accepted',
    'credential.removed',
    'session.ended',
    'password.accepted',
  ])
})

test('two devices of one account, and the options name what is there', async () => {
  const { register, registrationOptions, authenticationOptions, signIn, ada, authenticator } =
    await startWithAccounts()
  const second = createAuthenticator({ origin, backupEligible: true, backedUp: true, signCount: 'rising' })
  const first = await register(authenticator)
  const synced = await register(second)
  expect(synced.credential).toMatchObject({ backupEligible: true, backedUp: true })
  const { excludeCredentials } = await registrationOptions(await signIn())
  const { allowCredentials } = await authenticationOptions(ada)
  expect(excludeCredentials.map(({ id }) => id)).toEqual([first.credential.id, synced.credential.id])
  expect(allowCredentials).toEqual(excludeCredentials)
})

test('a rising counter is kept, and one that falls back is refused', async () => {
  const { call, register, authenticate, authenticationOptions, ada } = await startWithAccounts()
  const counting = createAuthenticator({ origin, signCount: 'rising' })
  await register(counting)
  await authenticate(counting, ada)
  await authenticate(counting, ada)
  const response = counting.authenticate(await authenticationOptions(ada), { signCount: 2 })
  expect(await call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
    refusal('sign_count_replayed'),
  )
})

test('policy "report" takes a counter that falls back', async () => {
  const { register, authenticate, call, authenticationOptions, ada } = await startWithAccounts({
    policy: { authentication: { signCount: 'report' } },
  })
  const counting = createAuthenticator({ origin, signCount: 'rising' })
  await register(counting)
  await authenticate(counting, ada)
  const response = counting.authenticate(await authenticationOptions(ada), { signCount: 1 })
  expect(await call('POST', '/v1/authentication', { body: { response } })).toMatchObject({ status: 200 })
})

test('registering again with the same operation gives the same answer and one credential', async () => {
  const { call, signIn, registrationOptions, newOperationId, authenticator, clock } =
    await startWithAccounts()
  const signedIn = await signIn()
  const { token } = signedIn.session
  const response = authenticator.register(await registrationOptions(signedIn))
  const body = { grant: signedIn.registrationGrant?.token, operationId: newOperationId(), response }
  const first = await call('POST', '/v1/registration', { token, body })
  clock.advance(10)
  const again = await call('POST', '/v1/registration', { token, body })
  expect(first.status).toBe(200)
  expect(again.text).toBe(first.text)
  const other = await call('POST', '/v1/registration', {
    token,
    body: { ...body, operationId: newOperationId() },
  })
  expect(other).toMatchObject(refusal('challenge_used'))
  const list = await call<CredentialsAnswer>('GET', '/v1/credentials', { token })
  expect(list.json.credentials).toHaveLength(1)
})

test('a repeat after the removal does not claim a credential that is gone', async () => {
  const { call, signIn, registrationOptions, newOperationId, authenticator } = await startWithAccounts()
  const signedIn = await signIn()
  const { token } = signedIn.session
  const response = authenticator.register(await registrationOptions(signedIn))
  const body = { grant: signedIn.registrationGrant?.token, operationId: newOperationId(), response }
  await call('POST', '/v1/registration', { token, body })
  await call('DELETE', `/v1/credentials/${response.id}`, { token })
  expect(await call('POST', '/v1/registration', { token, body })).toMatchObject(refusal('credential_unknown'))
})

test('an account holds as many credentials as the policy says', async () => {
  const { call, signIn, register, registrationOptions, newOperationId, authenticator } =
    await startWithAccounts({
      policy: { registration: { credentialsPerAccount: 1 } },
    })
  await register(authenticator)
  const signedIn = await signIn()
  const response = authenticator.register(await registrationOptions(signedIn))
  const body = { grant: signedIn.registrationGrant?.token, operationId: newOperationId(), response }
  expect(await call('POST', '/v1/registration', { token: signedIn.session.token, body })).toMatchObject(
    refusal('credential_limit_reached'),
  )
})

test('a session ends at its absolute limit', async () => {
  const { call, signIn, clock } = await startWithAccounts()
  const { session } = await signIn()
  clock.advance(session.expiresAt - session.authTime - 1)
  expect(await call('GET', '/v1/session', { token: session.token })).toMatchObject({ status: 200 })
  clock.advance(1)
  const expired = await call('GET', '/v1/session', { token: session.token })
  expect(expired).toMatchObject({ status: 401, json: { code: 'session_expired' } })
  expect(expired.headers.get('www-authenticate')).toBe('Bearer realm="test"')
})
