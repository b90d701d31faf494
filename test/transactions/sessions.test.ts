import { standardTypes } from '@keybound/server'
import { expect, test } from 'vitest'
import { startTokenWorld } from '../tokens/support/world.ts'
import { limits, payment, signTransaction } from './support/bank.ts'

/** A device with tokens, and a transaction it has signed; `post` sends the approval with the newest access token. */
async function startWithTokens() {
  const world = await startTokenWorld({
    transactions: { types: standardTypes },
    policy: { transactions: { limits } },
  })
  const device = await world.signedIn()
  let operations = 0
  async function sign() {
    const { id } = await world.server.transactions.create({
      account: world.ada,
      type: 'payment',
      fields: payment(),
      operationId: `operation ${++operations}`,
    })
    const shown = await device.call('GET', `/v1/transactions/${id}`)
    expect(shown.status).toBe(200)
    const response = await signTransaction(device.authenticator, JSON.parse(shown.text))
    const withBody = (request: Request) => {
      const headers = new Headers(request.headers)
      headers.set('content-type', 'application/json')
      const { url, method } = request
      return world.send(new Request(url, { method, headers, body: JSON.stringify({ response }) }))
    }
    return () => device.call('POST', `/v1/transactions/${id}/approval`, { send: withBody })
  }
  return { world, device, sign }
}

test('an access token of a fresh sign-in sends an approval', async () => {
  const { sign } = await startWithTokens()
  const post = await sign()
  const answer = await post()
  expect([answer.status, JSON.parse(answer.text).receipt]).toEqual([200, expect.any(String)])
})

test('a refreshed session does not make the sign-in younger: too old, it is told to step up, and then may', async () => {
  const { world, device, sign } = await startWithTokens()
  world.clock.advance(600)
  expect((await device.refresh()).status).toBe(200)
  expect((await (await sign())()).status).toBe(200)
  world.clock.advance(301)
  expect((await device.refresh()).status).toBe(200)
  const post = await sign()
  const refused = await post()
  expect(refused).toMatchObject({ status: 401, json: { code: 'step_up_required' } })
  expect(refused.text).toContain('Sign in with the key')
  expect(refused.headers.get('www-authenticate')).toBe(
    'DPoP error="insufficient_user_authentication", error_description="Fresh biometric signature required", ' +
      'acr_values="W L1 L2 R", max_age="900"',
  )
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect((await device.signIn()).status).toBe(200)
  expect((await post()).status).toBe(200)
})
