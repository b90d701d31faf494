import { randomBytes } from 'node:crypto'
import { parseStatusList } from '@keybound/attestation'
import { createKeyboundServer, guarded, type KeyboundServer } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createMemoryStore } from '@keybound/server/store/memory'
import type { VirtualAuthority } from '@keybound/virtual-phone'
import { freePort } from '../../../test/browser/hello-server.ts'
import { createMemoryKeys } from '../../../test/support/keys.ts'
import { cheapPasswords } from '../../../test/support/server.ts'
import { labApp, labIosApp } from './lab-app.ts'
import { ownersPassword } from './owner.ts'
import { createPayment, openLedger, type Payment } from './payments.ts'

/** The server beside the apps: one door for bearers of a token, as the naive apps use, and one that Keybound guards. */
export interface LabServer {
  readonly address: string
  /** What the apps protect. */
  readonly secret: string
  /** The token that was handed out last to a naive app. */
  readonly bearerToken: () => string
  /** Whether money went to this account, by either door. */
  readonly isPaid: (account: string) => boolean
  /** Paths that were asked for so far, oldest first. */
  readonly asked: readonly string[]
  /** A new account, with the owner's password; answers its name. */
  readonly createOwner: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Opens it on a free port of this machine. It believes phones of this authority, and asks level `L2` of them. */
export async function openLabServer({ androidRoot, appleRoot }: VirtualAuthority): Promise<LabServer> {
  const port = await freePort()
  const address = `http://localhost:${port}`
  const secret = `balance ${randomBytes(18).toString('base64url')}`
  const tokens = new Set<string>()
  const ledger = openLedger()
  let owners = 0
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
    policy: {
      registration: { apps: { android: [labApp], ios: [labIosApp], level: 'L2' } },
      ...ledger.limitPolicy,
    },
    transactions: ledger.transactions,
    trust: {
      roots: [],
      android: {
        roots: [androidRoot],
        status: parseStatusList({ entries: {} }),
        statusFetchedAt: new Date(),
        testOnly: true,
      },
      apple: { roots: [appleRoot], testOnly: true },
    },
  })
  const answer = createRoutes(keybound, { secret, tokens, ledger })
  const asked: string[] = []
  const server = await serve({
    port,
    fetch: (request, connection) => {
      asked.push(new URL(request.url).pathname)
      return answer(request, connection)
    },
  })
  return {
    address,
    asked,
    secret,
    bearerToken: () => [...tokens].at(-1) ?? '',
    isPaid: ledger.isPaid,
    async createOwner() {
      const username = `owner-${++owners}`
      await keybound.accounts.create({ username, password: ownersPassword })
      return username
    },
    close: async () => {
      await server.close()
      await keybound.close()
    },
  }
}

interface Behind {
  readonly secret: string
  readonly tokens: Set<string>
  readonly ledger: ReturnType<typeof openLedger>
}

function createRoutes(keybound: KeyboundServer, { secret, tokens, ledger }: Behind) {
  const guard = keybound.protect()
  const showSecret = guarded(guard, () => new Response(secret))
  const pay = guarded(guard, async (request, { account }) => {
    const payment = (await request.json()) as Payment
    return new Response(await createPayment(keybound, account, payment))
  })
  const isBearer = ({ headers }: Request) =>
    tokens.has(headers.get('authorization')?.replace('Bearer ', '') ?? '')
  const signIn = () => new Response('Sign in.', { status: 401 })

  return async (request: Request, connection: { readonly clientAddress: string }): Promise<Response> => {
    switch (new URL(request.url).pathname) {
      case '/naive/sign-in': {
        const token = randomBytes(24).toString('base64url')
        tokens.add(token)
        return new Response(token)
      }
      case '/naive/secret':
        return isBearer(request) ? new Response(secret) : signIn()
      case '/naive/payment': {
        if (!isBearer(request)) return signIn()
        ledger.book((await request.json()) as Payment)
        return new Response('paid')
      }
      case '/secret':
        return showSecret(request)
      case '/payment':
        return pay(request)
      default:
        return keybound.fetch(request, connection)
    }
  }
}
