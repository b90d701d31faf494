import { expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import { startTokenWorld } from './support/world.ts'

test.each([-59, 59])('serves a device whose clock is %d seconds off, and so does a route', async (off) => {
  const world = await startTokenWorld()
  const device = await world.signedIn({ now: () => world.now() + off })
  expect((await device.refresh()).status).toBe(200)
  expect((await device.call('GET', '/x', { send: world.route() })).status).toBe(200)
  world.clock.advance(2)
  const { json } = await device.refresh({ claims: { iat: world.now() + 61 * Math.sign(off) } })
  expect(json).toMatchObject({ error: 'invalid_dpop_proof', code: 'dpop_proof_expired' })
})

test('a route at another address takes proofs for that address and no other', async () => {
  const world = await startTokenWorld()
  const device = await world.signedIn()
  const api = 'https://api.bank.example'
  await device.refresh({ form: { resource: api } })
  const send = world.route({ resource: api, publicUrl: `${api}/` })
  const call = (htu: string) => device.call('GET', '/x', { send, claims: { htu } })
  expect((await call(`${api}/x`)).status).toBe(200)
  expect((await call(`${origin}/x`)).json.code).toBe('dpop_uri_mismatch')
  for (const publicUrl of ['https://api.bank.example/v1', 'api.bank.example', 'ftp://api.bank.example'])
    expect(() => world.route({ publicUrl })).toThrow(
      expect.objectContaining({ code: 'configuration_invalid' }),
    )
})
