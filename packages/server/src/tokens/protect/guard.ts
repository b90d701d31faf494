import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'
import { isTokenAcr } from '../access-token/acr.ts'
import type { IssuerKeys } from '../access-token/keys.ts'
import {
  type AccessToken,
  checkAccessToken,
  type ExpectedAccessToken,
  readSignedToken,
  type SignedAccessToken,
} from '../access-token/verify.ts'
import type { ProofChecker } from '../dpop/checker.ts'
import { hashAccessToken, onlyProof } from '../dpop/proof.ts'
import { BoundedMap } from '../internal/bounded-map.ts'
import { type ChallengeOptions, challengeResponse, exposedHeaders } from './challenge.ts'
import { type Requirements, requireSignIn } from './requirements.ts'

/** Who makes a request, as far as token and proof show. */
export interface Caller {
  /** Opaque id of the host. */
  readonly account: string
  /** How the user signed in; `….refreshed` when the token came from a refresh. */
  readonly acr: string | undefined
  /** When the user signed. */
  readonly authTime: EpochSeconds | undefined
  readonly amr: readonly string[]
  readonly clientId: string | undefined
  readonly realm: string | undefined
  /** The session (family of refresh tokens): end it with `revokeFamily`. */
  readonly session: string | undefined
  /** Thumbprint of the key that proved itself. */
  readonly jkt: string
  /** When the access token ends. */
  readonly expiresAt: EpochSeconds
}

/** What a guard says about a request. */
export type GuardVerdict =
  | {
      readonly outcome: 'granted'
      readonly caller: Caller
      /** Headers for the answer: a new nonce when the one that was used is about to end, and then that none may store it. */
      readonly headers: Readonly<Record<string, string>>
    }
  | {
      readonly outcome: 'refused'
      readonly error: KeyboundError
      /** The answer to give: status, challenge and problem. */
      readonly response: Response
    }

/** Judges requests. Never throws for what a client sent; failures of the store are refusals with status 503. */
export type Guard = (request: Request) => Promise<GuardVerdict>

/** Makes a guard for a route. */
export type Protect = (requirements?: Requirements) => Guard

export interface GuardParts {
  readonly keys: IssuerKeys
  readonly proofs: ProofChecker
  readonly expected: Omit<ExpectedAccessToken, 'now'>
  /** Public origin of this resource, such as `https://api.bank.example`; never from a request. */
  readonly publicUrl: string
  readonly challenge: ChallengeOptions
  /** Whole seconds. */
  readonly now: () => EpochSeconds
  /** Tokens whose signature was verified and need not be again. Default 10,000. */
  readonly tokenCapacity?: number
}

/** Binds the checks of token, proof and sign-in to one resource. */
export function createProtect(parts: GuardParts): Protect {
  const { proofs, challenge, now } = parts
  const signed = new BoundedMap<string, SignedAccessToken>(parts.tokenCapacity ?? 10_000)

  async function judge(request: Request, requirements: Requirements): Promise<GuardVerdict> {
    const at = now()
    const token = accessTokenOf(request.headers)
    const verified = checkAccessToken(await signedToken(token, at), { ...parts.expected, now: at })
    const boundTo = requireBinding(verified)
    const { method } = request
    const url = parts.publicUrl + new URL(request.url).pathname
    const expected = { method, url, now: at, accessToken: token, boundTo }
    const proof = await proofs.verify(onlyProof(request.headers), expected)
    requireSignIn(verified, requirements, at)
    // Last: what was refused above used nothing up (attack F15).
    await proofs.use(proof, at, verified.session)
    const nonce = await proofs.nonce(at)
    const headers = nonce === undefined || nonce === proof.nonce ? {} : nonceHeaders(nonce)
    return { outcome: 'granted', caller: callerOf(verified, boundTo), headers }
  }

  /** The signature of a token is checked once, as long as its key is still the issuer's. */
  async function signedToken(token: string, at: EpochSeconds): Promise<SignedAccessToken> {
    const hash = hashAccessToken(token)
    const known = signed.get(hash)
    if (known !== undefined && (await parts.keys.find(known.kid, at)) === known.key) return known
    const fresh = await readSignedToken(token, parts.keys, at)
    signed.set(hash, fresh)
    return fresh
  }

  return (requirements = {}) => {
    checkRequirements(requirements)
    return async (request) => {
      try {
        return await judge(request, requirements)
      } catch (error) {
        const refusal = asRefusal(error)
        // The refusal matters more than the nonce that goes with it.
        const nonce = await proofs.nonce(now()).catch(() => undefined)
        return {
          outcome: 'refused',
          error: refusal,
          response: challengeResponse(refusal, requirements, nonce, challenge),
        }
      }
    }
  }
}

/**
 * A handler that only runs for requests the guard grants; otherwise the refusal is the answer. The headers of the
 * verdict are set on the handler's answer.
 */
export function guarded(
  guard: Guard,
  handler: (request: Request, caller: Caller) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const verdict = await guard(request)
    if (verdict.outcome === 'refused') return verdict.response
    const response = await handler(request, verdict.caller)
    const headers = new Headers(response.headers)
    for (const [name, value] of Object.entries(verdict.headers)) {
      // The handler may expose headers of its own.
      if (name === 'access-control-expose-headers') headers.append(name, value)
      else headers.set(name, value)
    }
    const { status, statusText } = response
    return new Response(response.body, { status, statusText, headers })
  }
}

/** A misspelt or impossible requirement is refused when the route is made, not when it is called. */
function checkRequirements({ acr, maxAge }: Requirements): void {
  // What is on no list would rank below everything, and so be satisfied by anything.
  if (acr !== undefined && !isTokenAcr(acr)) {
    const message = 'Unexpected acr, expected one of TokenAcr such as "L2". Correct the options of protect().'
    throw new KeyboundError('configuration_invalid', message)
  }
  if (maxAge === undefined || (Number.isInteger(maxAge) && maxAge >= 0 && maxAge <= 86_400)) return
  const message =
    'Unexpected maxAge, expected whole seconds from 0 to 86400. Correct the options of protect().'
  throw new KeyboundError('configuration_invalid', message)
}

/** The token of `Authorization: DPoP`. A bound token sent as Bearer must be refused (RFC 9449 §7.2). */
function accessTokenOf(headers: Headers): string {
  const [, scheme, token] =
    /^([A-Za-z]+) +([A-Za-z0-9\-._~+/]+=*)$/.exec(headers.get('authorization') ?? '') ?? []
  if (scheme?.toLowerCase() === 'dpop' && token !== undefined) return token
  if (scheme?.toLowerCase() === 'bearer') {
    const message =
      'Unexpected bearer token, expected Authorization: DPoP with a proof. Tokens here are bound to a key.'
    throw new KeyboundError('access_token_unbound', message, { rule: 'RFC 9449 §7.2' })
  }
  const message = 'Unexpected Authorization header, expected DPoP and one access token. Sign in first.'
  throw new KeyboundError('access_token_required', message, { rule: 'RFC 9449 §7.1' })
}

/** RFC 9449 §6.1: the key the token is bound to. Our issuer binds every token; another's without is refused. */
function requireBinding({ jkt }: AccessToken): string {
  if (jkt !== undefined) return jkt
  const message =
    'Unexpected access token without cnf.jkt, expected one bound to a key. Get one with a DPoP proof.'
  throw new KeyboundError('access_token_unbound', message, { rule: 'RFC 9449 §7.1' })
}

/** A cached answer would give the nonce out when it has long ended (RFC 9449 §8.2). */
function nonceHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    'dpop-nonce': nonce,
    'cache-control': 'no-store',
    'access-control-expose-headers': exposedHeaders,
  }
}

function callerOf(token: AccessToken, jkt: string): Caller {
  const { account, acr, authTime, amr, clientId, realm, session, expiresAt } = token
  return { account, acr, authTime, amr, clientId, realm, session, jkt, expiresAt }
}

/** What no client caused is answered as a failure, and kept as cause for the host's log. */
function asRefusal(error: unknown): KeyboundError {
  if (error instanceof KeyboundError && catalogue[error.code].status !== 0) return error
  return new KeyboundError('internal', 'Unexpected failure while checking a token, expected none.', {
    cause: error,
  })
}
