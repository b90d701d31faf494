import { randomBytes as systemRandomBytes } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'
import { type Accounts, createAccounts } from './accounts/accounts.ts'
import { type Configuration, checkOptions } from './configuration.ts'
import { createDevices, type Devices } from './devices/vouch.ts'
import type { ServerEvent } from './events/events.ts'
import { createEvidence, type EvidenceReview } from './evidence/judge-again.ts'
import { createFetch, type FetchHandler } from './http/app.ts'
import { createRoutes } from './http/routes.ts'
import type { ServerContext } from './internal/context.ts'
import { createHousekeeping } from './internal/housekeeping.ts'
import type { KeyboundServerOptions } from './options.ts'
import { loadArgon2id } from './password/argon2.ts'
import { createHasher } from './password/hasher.ts'
import { createQueue } from './password/queue.ts'
import type { Passwords } from './password/sign-in.ts'
import { ceremonyOrigins } from './phones/origins.ts'
import { recoveryRoutes } from './recovery/routes.ts'
import { createTickets } from './ticket/tickets.ts'
import { createSessionReader } from './tokens/endpoint/request-session.ts'
import { createTokens, type ProtectOptions, type TokenSessions } from './tokens/endpoint/tokens.ts'
import type { Guard } from './tokens/protect/guard.ts'
import { createTransactionRoutes } from './transactions/routes.ts'
import { createTransactions, noTransactions, type Transactions } from './transactions/transactions.ts'

/** A relying party in operation. */
export interface KeyboundServer {
  /**
   * Answers every path below `/v1`, and `/.well-known/oauth-authorization-server` where tokens are on. Mounts
   * anywhere; `clientAddress` is the peer's IP address, for the throttle.
   */
  readonly fetch: FetchHandler
  /** Accounts of the password module. */
  readonly accounts: Accounts
  /**
   * Makes a guard for a route of the host on the same public address: token, proof, replay, revocation, step-up.
   * Throws `configuration_invalid` without the option `tokens`, and for a resource that is not one of its.
   */
  readonly protect: (options?: ProtectOptions) => Guard
  /** Sessions that are refreshed by tokens: lists and ends them. Without the option `tokens` there are none. */
  readonly sessions: TokenSessions
  /** What users approve: created here by the host's backend, approved by the client. */
  readonly transactions: Transactions
  /** New devices: the host vouches for them. */
  readonly devices: Devices
  /** What credentials were registered with, judged again. */
  readonly evidence: EvidenceReview
  /** Waits for requests that are under way; later ones are answered 503. The store stays open: it is the host's. */
  close(): Promise<void>
}

/**
 * Starts a relying party. Rejects, before any request is served: `configuration_invalid`, `demo_not_loopback`,
 * `store_marked_demo`, `store_marked_production`, `store_unavailable`, `key_unavailable`; `certificate_malformed` for an
 * Android root that cannot be read.
 */
export async function createKeyboundServer(options: KeyboundServerOptions): Promise<KeyboundServer> {
  const configuration = checkOptions(options)
  const context = createContext(options, configuration)
  const passwords = await createPasswords(context, configuration)
  await openStore(options)
  await checkKeys(options)
  const housekeeping = createHousekeeping(context)
  const tokens = createTokens(context, options.tokens ?? { clients: [] })
  const offered = options.tokens === undefined ? undefined : tokens
  const parts = options.transactions && createTransactions(context, options.transactions)
  const recovery = context.policy.recovery === null ? [] : recoveryRoutes(context.policy.recovery)
  const approvals = parts === undefined ? [] : createTransactionRoutes(parts.context, parts.approve)
  const routes = createRoutes(context.publicUrl, passwords, offered, [...recovery, ...approvals])
  const readSession = createSessionReader(context, offered)
  const fetch = createFetch(context, routes, readSession, configuration.trustedProxies, housekeeping)
  return {
    fetch,
    accounts: createAccounts(context, passwords),
    protect: offered === undefined ? refuseProtect : offered.protect,
    sessions: tokens.sessions,
    devices: createDevices(context),
    evidence: createEvidence(context),
    transactions: parts?.transactions ?? noTransactions,
    close: async () => {
      await housekeeping.close()
      await parts?.close()
    },
  }
}

/** A route that seems protected and is not must not come into being. */
function refuseProtect(): never {
  throw new KeyboundError(
    'configuration_invalid',
    'Unexpected protect() without tokens, expected the option tokens. Configure it, or check sessions yourself.',
  )
}

function createContext(options: KeyboundServerOptions, configuration: Configuration): ServerContext {
  const { realm, relyingParty, origins, store, keys, onEvent } = options
  const { now: milliseconds = Date.now, randomBytes = systemRandomBytes, trust = { roots: [] } } = options
  const { publicUrl, policy } = configuration
  const now = () => Math.floor(milliseconds() / 1000)
  const tickets = createTickets({ keys, realm, now, randomBytes })
  return {
    publicUrl,
    realm,
    relyingParty,
    origins: ceremonyOrigins(origins, policy.registration.apps),
    store,
    keys,
    tickets,
    policy,
    trust,
    now,
    randomBytes,
    emit(event) {
      try {
        onEvent?.({ at: now(), realm, ...event } as ServerEvent)
      } catch {
        // The listener's own failure; a sign-in does not depend on its log.
      }
    },
  }
}

async function createPasswords(
  { randomBytes }: ServerContext,
  { passwordPolicy }: Configuration,
): Promise<Passwords> {
  const { argon2, queue, minLength } = passwordPolicy
  return {
    hasher: createHasher(await loadArgon2id(), argon2, randomBytes),
    queue: createQueue(queue.concurrency, queue.waiting, 1),
    minLength,
  }
}

/** Law 7: a store that ever held demo accounts never serves production, and a demo never opens production's. */
async function openStore({ store, demo = false }: KeyboundServerOptions): Promise<void> {
  const outcome = await store.openAs(demo ? 'demo' : 'production')
  if (outcome === 'opened') return
  if (outcome === 'markedProduction') {
    throw new KeyboundError(
      'store_marked_production',
      'Unexpected store of production, expected one of its own for the demo. Nothing in it was changed; name another.',
    )
  }
  throw new KeyboundError(
    'store_marked_demo',
    'Unexpected store that was opened in demo mode once, expected one of production. Start with a database of its own.',
  )
}

/** A server without its keys must not look alive, and key ids that do not fit into tickets must not get that far. */
async function checkKeys({ keys, tokens, transactions, policy }: KeyboundServerOptions): Promise<void> {
  const always = ['challenge', 'grant', 'device', 'decoy'] as const
  const withTokens = tokens === undefined ? [] : (['token', 'refresh', 'dpop-nonce'] as const)
  const withTransactions = transactions === undefined ? [] : (['receipt'] as const)
  const withRecovery = policy?.recovery == null ? [] : (['recovery'] as const)
  for (const purpose of [...always, ...withTokens, ...withTransactions, ...withRecovery]) {
    for (const { kid } of await keys.list(purpose)) {
      if (Buffer.from(kid, 'base64url').toString('base64url') === kid && kid.length === 11) continue
      throw new KeyboundError(
        'configuration_invalid',
        `Unexpected key id "${kid}", expected 8 bytes in base64url. Correct the key provider.`,
      )
    }
  }
}
