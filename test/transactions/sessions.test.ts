import { expect, test } from 'vitest'
import { startWithTokens } from './support/token-bank.ts'

test('an access token of a fresh sign-in sends an approval', async () => {
  const { signed } = await startWithTokens()
  const { post } = await signed()
  const answer = await post()
  expect([answer.status, JSON.parse(answer.text).receipt]).toEqual([200, expect.any(String)])
})

test('a refreshed session does not make the sign-in younger: too old, it is told to step up, and then may', async () => {
  const { world, device, ledger, signed } = await startWithTokens()
  world.clock.advance(600)
  expect((await device.refresh()).status).toBe(200)
  expect((await (await signed()).post()).status).toBe(200)
  world.clock.advance(301)
  expect((await device.refresh()).status).toBe(200)
  const { post } = await signed()
  const refused = await post()
  expect(refused).toMatchObject({ status: 401, json: { code: 'step_up_required' } })
  expect(refused.text).toContain('Sign in with the key')
  expect(refused.headers.get('www-authenticate')).toBe(
    'DPoP error="insufficient_user_authentication", error_description="Fresh biometric signature required", ' +
      'acr_values="W L1 L2 R", max_age="900"',
  )
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(ledger).toHaveLength(1)
  expect((await device.signIn()).status).toBe(200)
  expect((await post()).status).toBe(200)
  expect(ledger).toHaveLength(2)
})
