import type { PolicyOverrides } from '@keybound/server'
import { expect, test } from 'vitest'
import { refusal, startWithAccounts } from '../support/server.ts'

/** Policies are data: what they say is what authenticators are asked for, and what is enforced. */

async function registerUnder(registration: PolicyOverrides['registration'] & object) {
  const server = await startWithAccounts({ policy: { registration } })
  const signedIn = await server.signIn()
  const options = await server.registrationOptions(signedIn)
  const attempt = (knobs = {}) =>
    server.call('POST', '/v1/registration', {
      token: signedIn.session.token,
      body: {
        grant: signedIn.registrationGrant?.token,
        operationId: server.newOperationId(),
        response: server.authenticator.register(options, knobs),
      },
    })
  return { options, attempt }
}

test('defaults: this device, verified user, no attestation, ES256 first', async () => {
  const { options, attempt } = await registerUnder({})
  expect(options).toMatchObject({
    rp: { id: 'localhost', name: 'Test Bank' },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: {
      authenticatorAttachment: 'platform',
      residentKey: 'preferred',
      requireResidentKey: false,
      userVerification: 'required',
    },
    attestation: 'none',
  })
  expect(await attempt()).toMatchObject({ status: 200 })
})

test('any authenticator, resident keys', async () => {
  const { options } = await registerUnder({ authenticators: 'any', residentKey: 'required' })
  expect(options.authenticatorSelection).toEqual({
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  })
})

test('an algorithm that was not offered is refused', async () => {
  const { options, attempt } = await registerUnder({ algorithms: [-8] })
  expect(options.pubKeyCredParams).toEqual([{ type: 'public-key', alg: -8 }])
  expect(await attempt()).toMatchObject(refusal('algorithm_not_allowed'))
})

test('attestation that must be trusted is asked for, and its absence is refused', async () => {
  const { options, attempt } = await registerUnder({ attestation: 'trusted' })
  expect(options.attestation).toBe('direct')
  expect(await attempt()).toMatchObject(refusal('attestation_required'))
  expect(await attempt({ attestation: 'packed' })).toMatchObject(refusal('attestation_required'))
})

test('a statement format that is not accepted is refused', async () => {
  const { attempt } = await registerUnder({ formats: ['none'] })
  expect(await attempt({ attestation: 'packed' })).toMatchObject(refusal('attestation_format_unsupported'))
})

test('lifetimes are those of the policy', async () => {
  const { signIn, registrationOptions, authenticationOptions, clock } = await startWithAccounts({
    policy: {
      challenge: { authenticationLifetime: 60, registrationLifetime: 90 },
      grant: { lifetime: 30 },
      session: { lifetime: 600 },
    },
  })
  const now = clock.now() / 1000
  const signedIn = await signIn()
  expect(signedIn.session.expiresAt).toBe(now + 600)
  expect(signedIn.registrationGrant?.expiresAt).toBe(now + 30)
  expect((await registrationOptions(signedIn)).timeout).toBe(90_000)
  expect((await authenticationOptions()).timeout).toBe(60_000)
})
