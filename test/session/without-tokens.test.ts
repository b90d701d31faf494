import { expect, test } from 'vitest'
import { createWorld } from '../client/world.ts'

test('a client without tokens has no vault, no unlock and no fetch, and says so; a lock signs out', async () => {
  const world = await createWorld()
  await world.registered()
  const { client } = world
  expect(() => client.vault).toThrow(expect.objectContaining({ code: 'configuration_invalid' }))
  await expect(client.unlock()).rejects.toMatchObject({ code: 'configuration_invalid' })
  await expect(client.fetch('http://localhost:3000/')).rejects.toMatchObject({
    code: 'configuration_invalid',
  })
  await client.signIn()
  expect(client.state.state).toBe('unlocked')
  client.lock()
  expect(client.state.state).toBe('registered')
  await expect.poll(() => world.liveSessions()).toBe(0)
})
