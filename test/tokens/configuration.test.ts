import type { ErrorCode } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import { startServer } from '../support/server.ts'
import { startTokenWorld } from './support/world.ts'

describe('without the option tokens', () => {
  test('there is no token endpoint, and protect() refuses to pretend', async () => {
    const server = await startServer()
    for (const path of ['/v1/token', '/v1/revocation']) {
      expect(await server.call('POST', path)).toMatchObject({ status: 404, json: { code: 'not_found' } })
    }
    for (const path of ['/v1/jwks', '/.well-known/oauth-authorization-server']) {
      expect((await server.call('GET', path)).status).toBe(404)
    }
    // "Sign out everywhere" ends opaque sessions too; only a list of token families does not exist.
    const listed = await server.call('GET', '/v1/sessions')
    expect([listed.status, listed.headers.get('allow')]).toEqual([405, 'DELETE'])
    expect(() => server.server.protect()).toThrow(expect.objectContaining({ code: 'configuration_invalid' }))
  })
})

test.each<[string, object]>([
  ['no client', { tokens: { clients: [] } }],
  ['a client with a space', { tokens: { clients: ['bank app'] } }],
  ['no resource', { tokens: { clients: ['a'], resources: [] } }],
  ['a relative resource', { tokens: { clients: ['a'], resources: ['/api'] } }],
  ['a resource with a fragment', { tokens: { clients: ['a'], resources: ['https://api.example/#x'] } }],
  ['access tokens of an hour', { policy: { tokens: { accessTokenLifetime: 3600 } } }],
  ['proofs of an hour', { policy: { tokens: { proofMaxAge: 3600 } } }],
  ['no proof algorithm', { policy: { tokens: { proofAlgorithms: [] } } }],
  [
    'an idle limit beyond the absolute one',
    { policy: { tokens: { sessions: { W: { idle: 100, absolute: 99 } } } } },
  ],
  ['sessions of a year', { policy: { tokens: { sessions: { R: { absolute: 31_536_000 } } } } }],
  ['a misspelt limit', { policy: { tokens: { sessions: { W: { idel: 100 } } } } }],
])('a server with %s does not start', async (_, options) => {
  const code: ErrorCode = 'configuration_invalid'
  await expect(startTokenWorld(options)).rejects.toMatchObject({ code })
})
