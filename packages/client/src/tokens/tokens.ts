import type { TokenAnswer } from '@keybound/protocol'
import { requestLimit } from '../calls/request-limit.ts'
import type { Await } from '../calls/settle.ts'
import { storageLimit } from '../device/device-records.ts'
import { codeOf } from '../failures.ts'
import { readProblem } from '../transport/problem.ts'
import type { SecureOptions } from '../unlock/secure.ts'
import type { KeyPlatform } from './key-platform.ts'
import { hashOf } from './proof.ts'
import { createTokenEndpoint, postForm, type SessionKeys } from './token-endpoint.ts'

/** Where the refresh token of a session lies: sealed in the vault, or in memory where nothing can be sealed. */
export interface RefreshToken {
  readonly read: () => Promise<string>
  /**
   * Keeps that of a new session, whatever was there, and says so. A `successor` takes the place of what was read: nothing
   * happens when that was replaced or taken out since.
   */
  readonly write: (token: string, successor?: true) => Promise<true | undefined>
  /** Drops what of it is in memory. */
  readonly forget: () => void
  /** Names the lock under which it is read, exchanged and written. */
  readonly lock: string
  readonly sealed: true | undefined
}

/** A session with tokens, in memory only. */
export interface TokenSession {
  /** Apart, because what is held while an answer is awaited must not hold the tokens. */
  readonly keys: SessionKeys
  refreshToken: RefreshToken
  accessToken: string
  /** Its hash (RFC 9449 §4.2). */
  ath: string
  /** By the monotonic clock, in milliseconds. */
  expiresAt: number
  /** The session of the same account that took its place. */
  next?: TokenSession | undefined
  /** The step-up that is under way, and how many requests wait for it. */
  stepUp?: { readonly done: Promise<unknown>; readonly end: AbortController; waiting: number } | undefined
}

/** The tokens of one client. */
export interface Tokens {
  /** Absolute address: tokens go to it and below it, and nowhere else. */
  readonly resource: string
  readonly current: () => TokenSession | undefined
  /** Makes a session the client's, or none. */
  readonly adopt: (session: TokenSession | undefined) => void
  /** A session that has no access token yet. */
  readonly begin: (keys: SessionKeys, refreshToken: RefreshToken) => TokenSession
  /** Exchanges the refresh token, whatever the access token is. */
  readonly refresh: (session: TokenSession) => Promise<TokenAnswer>
  /** Exchanges an assertion. */
  readonly signIn: (session: TokenSession, assertion: object) => Promise<TokenAnswer>
  /** The session with an access token for the next seconds; refreshed once, however many ask. */
  readonly fresh: (session: TokenSession, refused?: string) => Promise<void>
  /** Ends the family of an access token, which need not be valid any more (RFC 7009). */
  readonly revoke: (via: Await, token: string) => Promise<void>
}

/** A token that ends within this many milliseconds is refreshed before it is used. */
const margin = 10_000

/**
 * Makes it. `via` awaits what no call of the app waits for; `ended` is told when the server ended the session, `unkept`
 * when the successor of a refresh token could not be kept.
 */
export function createTokens(
  platform: KeyPlatform,
  server: string,
  { clientId: client_id, resource }: Pick<SecureOptions, 'clientId' | 'resource'>,
  via: Await,
  ended: (error: unknown) => void,
  unkept: () => void,
): Tokens {
  const named = { client_id, ...(resource !== undefined && { resource }) }
  const ask = createTokenEndpoint(platform, via, `${server}/v1/token`, named)
  let current: TokenSession | undefined
  let flight: Promise<unknown> | undefined

  async function take(session: TokenSession, { access_token, expires_in }: TokenAnswer): Promise<void> {
    session.ath = await via(() => hashOf(platform, access_token), storageLimit)
    session.accessToken = access_token
    session.expiresAt = platform.monotonicNow() + expires_in * 1000
  }

  /**
   * Answers when the server has, and keeps the successor after that, under the same lock: only what was kept, sealed
   * where the session lies sealed, is ever exchanged. Until then the predecessor serves as well, so a crash or a failure
   * in between is but a lost answer.
   */
  function refresh(session: TokenSession): Promise<TokenAnswer> {
    const { refreshToken, keys } = session
    return new Promise((resolve, reject) => {
      const exchange = async () => {
        const grant = refreshToken
          .read()
          .then((refresh_token) => ({ grant_type: 'refresh_token', refresh_token }))
        // A lost answer too: the server answers the same once more.
        const answer = await ask(grant, keys, ['dpop_nonce_required', 'network_unreachable'])
        await take(session, answer)
        resolve(answer)
        // Nobody waits for it any more.
        await via(() => refreshToken.write(answer.refresh_token, true), storageLimit).catch(unkept)
      }
      platform.vault.exclusive(refreshToken.lock, exchange).catch((error: unknown) => {
        if (session === current && isEnd(error)) ended(error)
        reject(error)
      })
    })
  }

  return {
    resource: resource ?? server,
    current: () => current,
    adopt(session) {
      if (current !== session) {
        current?.keys.session.close?.()
        current?.refreshToken.forget()
      }
      current = session
    },
    begin: (keys, refreshToken) => ({ keys, refreshToken, accessToken: '', ath: '', expiresAt: 0 }),
    refresh,
    async signIn(session, assertion) {
      const grant = {
        grant_type: 'urn:keybound:params:oauth:grant-type:webauthn',
        assertion: JSON.stringify(assertion),
      }
      const answer = await ask(grant, session.keys, ['dpop_nonce_required'])
      await take(session, answer)
      return answer
    },
    async fresh(session, refused) {
      const good = session.accessToken !== refused && platform.monotonicNow() < session.expiresAt - margin
      if (good) return
      flight ??= refresh(session).finally(() => {
        flight = undefined
      })
      await flight
    },
    revoke: (via, token) =>
      via(async (signal) => {
        const answer = await postForm(platform, `${server}/v1/revocation`, { client_id, token }, signal)
        // A success says so by its status alone (RFC 7009 §2.2).
        if (answer.status >= 400) throw readProblem(answer)
      }, requestLimit),
  }
}

/** Whether the server said that the session is over, so that only a sign-in helps. */
export function isEnd(error: unknown): boolean {
  return /^refresh_token_(?!superseded)/.test(codeOf(error) ?? '')
}
