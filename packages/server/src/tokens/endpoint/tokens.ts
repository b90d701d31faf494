import { KeyboundError } from '@keybound/protocol'
import type { ServerContext } from '../../internal/context.ts'
import type { TokenOptions } from '../../options.ts'
import type { FamilyRecord } from '../../store/token-contract.ts'
import { createProviderKeys } from '../access-token/keys.ts'
import { createProofChecker, type ProofChecker } from '../dpop/checker.ts'
import { createDpopNonces } from '../dpop/nonces.ts'
import { BoundedMap } from '../internal/bounded-map.ts'
import { createProtect, type Guard, type Protect } from '../protect/guard.ts'
import { requireOrigin } from '../protect/public-origin.ts'
import type { Requirements } from '../protect/requirements.ts'
import { familyEnd } from '../refresh/limits.ts'
import type { TokenContext } from './context.ts'

/** What a route of the host asks for. */
export interface ProtectOptions extends Requirements {
  /** Name of the resource the token must be for. Default: the first of `tokens.resources`. */
  readonly resource?: string
  /**
   * Where clients reach the route, without a path: what proofs must be made for. Default: that of the server. Never from
   * the Host header.
   */
  readonly publicUrl?: string
  /**
   * The request is something a user does, and postpones the idle end of the session. Default false: what an app does
   * by itself, such as polling, must not keep a session alive (attack D08).
   */
  readonly userActivity?: boolean
}

/** What a host may do with sessions. */
export interface TokenSessions {
  /** Live sessions of an account, newest first. */
  list(account: string): Promise<readonly FamilyRecord[]>
  /**
   * Ends one session (family), those a device (credential) opened, or all of an account, opaque sessions too. Answers
   * how many families were live. Effective at once on this server and everywhere the store is shared; elsewhere when
   * the access token expires, at most `policy.tokens.accessTokenLifetime` seconds later.
   */
  revoke(
    what:
      | { readonly family: string }
      | { readonly account: string; readonly credentialId: string }
      | { readonly account: string },
  ): Promise<number>
}

/** The token endpoint's parts in operation. */
export interface Tokens {
  readonly context: TokenContext
  /** Makes a guard for a route; refuses an unknown resource and a wrong address with `configuration_invalid`. */
  readonly protect: (options?: ProtectOptions) => Guard
  /**
   * Guards the server's own paths. They serve the apps of all its resources, so a token for any of them is taken: each is
   * of this issuer, and its proof is for the very path.
   */
  readonly own: Guard
  readonly sessions: TokenSessions
}

/** Seconds between two notes of activity of one session by one process. */
const activityEvery = 60

export function createTokens(server: ServerContext, { clients, resources }: TokenOptions): Tokens {
  const { realm, store, keys, policy } = server
  const { proofAlgorithms: algorithms, proofMaxAge: maxAge, proofClockTolerance, noncePeriod } = policy.tokens
  const proofs = createProofChecker({
    realm,
    replay: store,
    nonces: createDpopNonces({ keys, realm, period: noncePeriod }),
    algorithms,
    maxAge,
    clockTolerance: proofClockTolerance,
  })
  const context: TokenContext = {
    server,
    clients: new Set(clients),
    resources: resources ?? [server.publicUrl],
    proofs,
  }
  return { context, ...createGuards(context, proofs), sessions: createSessions(server) }
}

/** One set of caches per resource and address, made when the first route asks for it. */
function createGuards(
  { server, resources }: TokenContext,
  proofs: ProofChecker,
): Pick<Tokens, 'protect' | 'own'> {
  const { realm, keys, policy, now } = server
  const issuerKeys = createProviderKeys(keys)
  const active = createActivity(server)
  const made = new Map<string, Protect>()

  function protectAt(publicUrl: string, audience: string | readonly string[]): Protect {
    const name = JSON.stringify([publicUrl, audience])
    const protect =
      made.get(name) ??
      createProtect({
        keys: issuerKeys,
        proofs,
        expected: { issuer: server.publicUrl, audience, realm },
        publicUrl,
        challenge: { explainedAt: server.publicUrl, algorithms: policy.tokens.proofAlgorithms },
        now,
      })
    made.set(name, protect)
    return protect
  }

  function protect(options: ProtectOptions = {}): Guard {
    const { resource = resources[0] ?? server.publicUrl, publicUrl, userActivity = false, ...rest } = options
    if (!resources.includes(resource)) {
      const message =
        'Unexpected resource of protect(), expected one of tokens.resources. Add it to the options.'
      throw new KeyboundError('configuration_invalid', message)
    }
    const url = publicUrl === undefined ? server.publicUrl : requireOrigin(publicUrl, 'protect()')
    const guard = protectAt(url, resource)(rest)
    if (!userActivity) return guard
    return async (request) => {
      const verdict = await guard(request)
      // A note that fails is made at the next call; the request was judged, and its proof is used up.
      if (verdict.outcome === 'granted') await active(verdict.caller.session).catch(() => {})
      return verdict
    }
  }

  return { protect, own: protectAt(server.publicUrl, resources)() }
}

/** Notes activity in the store, once a minute and session: the idle limits are hours or days. */
function createActivity({ realm, store, now }: ServerContext): (family: string | undefined) => Promise<void> {
  const noted = new BoundedMap<string, number>(10_000)
  return async (family) => {
    const at = now()
    if (family === undefined || at - (noted.get(family) ?? 0) < activityEvery) return
    await store.recordActivity({ realm, family, now: at })
    noted.set(family, at)
  }
}

function createSessions({ realm, store, policy, now, emit }: ServerContext): TokenSessions {
  const isLive = (family: FamilyRecord) => now() < familyEnd(family, policy.tokens.sessions)
  return {
    list: async (account) => (await store.listFamilies(realm, account)).filter(isLive),
    async revoke(what) {
      const ended = await store.revokeFamilies({ realm, now: now(), of: what })
      if (ended > 0) emit({ type: 'families.revoked', ...what, ended })
      return ended
    },
  }
}
