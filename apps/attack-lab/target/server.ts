import { randomBytes } from 'node:crypto'
import { parseStatusList } from '@keybound/attestation'
import { createKeyboundServer, type KeyboundServer } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createMemoryStore } from '@keybound/server/store/memory'
import type { VirtualAuthority } from '@keybound/virtual-phone'
import { freePort } from '../../../test/browser/hello-server.ts'
import { createMemoryKeys } from '../../../test/support/keys.ts'
import { cheapPasswords } from '../../../test/support/server.ts'
import { labApp } from './lab-app.ts'
import { owner } from './owner.ts'

/** The server beside the apps: one door for bearers of a token, as the naive apps use, and one that Keybound guards. */
export interface LabServer {
  readonly address: string
  /** What the apps protect. */
  readonly secret: string
  /** The token that was handed out last to a naive app. */
  readonly bearerToken: () => string
  readonly close: () => Promise<void>
}

/** Opens it on a free port of this machine. It believes phones of this authority, and asks level `L2` of them. */
export async function openLabServer({ androidRoot }: VirtualAuthority): Promise<LabServer> {
  const port = await freePort()
  const address = `http://localhost:${port}`
  const secret = `balance ${randomBytes(18).toString('base64url')}`
  const tokens = new Set<string>()
  const keybound = await createKeyboundServer({
    publicUrl: address,
    realm: 'attack-lab',
    relyingParty: { id: 'localhost', name: 'Attack lab' },
    origins: [address],
    store: createMemoryStore(),
    keys: createMemoryKeys(),
    firstFactor: cheapPasswords,
    tokens: { clients: ['lab'] },
    demo: true,
    policy: { registration: { apps: { android: [labApp], level: 'L2' } } },
    trust: {
      roots: [],
      android: {
        roots: [androidRoot],
        status: parseStatusList({ entries: {} }),
        statusFetchedAt: new Date(),
        testOnly: true,
      },
    },
  })
  await keybound.accounts.create(owner)
  const answer = createRoutes(keybound, secret, tokens)
  const server = await serve({ port, fetch: answer })
  return {
    address,
    secret,
    bearerToken: () => [...tokens].at(-1) ?? '',
    close: async () => {
      await server.close()
      await keybound.close()
    },
  }
}

function createRoutes(keybound: KeyboundServer, secret: string, tokens: Set<string>) {
  const guard = keybound.protect()
  return async (request: Request, connection: { readonly clientAddress: string }): Promise<Response> => {
    switch (new URL(request.url).pathname) {
      case '/naive/sign-in': {
        const token = randomBytes(24).toString('base64url')
        tokens.add(token)
        return new Response(token)
      }
      case '/naive/secret':
        return tokens.has(request.headers.get('authorization')?.replace('Bearer ', '') ?? '')
          ? new Response(secret)
          : new Response('Sign in.', { status: 401 })
      case '/secret': {
        const verdict = await guard(request)
        return verdict.outcome === 'granted'
          ? new Response(secret, { headers: verdict.headers })
          : verdict.response
      }
      default:
        return keybound.fetch(request, connection)
    }
  }
}
