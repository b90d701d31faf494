import type { TokenAnswer } from '@keybound/protocol'
import type { Await } from '../calls/settle.ts'
import { codeOf } from '../failures.ts'
import { createNonces, type Nonces } from './nonces.ts'
import { hashOf, type KeyPlatform, makeProof } from './proof.ts'
import { createTokenEndpoint, type SessionKeys } from './token-endpoint.ts'

/** Where the refresh token of a session lies: sealed in the vault, or in memory where nothing can be sealed. */
export interface RefreshToken {
  readonly read: () => Promise<string>
  /** Keeps that of a new session, whatever was there. */
  readonly write: (token: string) => Promise<void>
  /** Keeps the successor of what was read; nothing happens when that was replaced or taken out since. */
  readonly replace: (successor: string) => Promise<void>
  /** Drops what of it is in memory. */
  readonly forget: () => void
  /** Names the lock under which it is read, exchanged and written. */
  readonly lock: string
  readonly sealed: true | undefined
}

/** A session with tokens, in memory only. */
export interface TokenSession {
  readonly keys: SessionKeys
  refreshToken: RefreshToken
  accessToken: string
  /** Its hash (RFC 9449 §4.2). */
  ath: Promise<string> | string
  /** By the monotonic clock, in milliseconds. */
  expiresAt: number
  /** The session of the same account that a step-up put in its place. */
  next?: TokenSession | undefined
}

/** The tokens of one client. */
export interface Tokens {
  readonly nonces: Nonces
  readonly clientId: string
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
  /** The headers of a request with the session's token (RFC 9449 §7.1). */
  readonly headers: (session: TokenSession, htm: string, url: string) => Promise<Record<string, string>>
}

/** A token that ends within this many milliseconds is refreshed before it is used. */
const margin = 10_000

/**
 * Makes it. `via` awaits what no call of the app waits for; `ended` is told when the server ended the session, `unkept`
 * when the successor of a refresh token could not be kept.
 */
export function createTokens(
  platform: KeyPlatform,
  {
    url,
    clientId,
    resource,
  }: { readonly url: string; readonly clientId: string; readonly resource?: string | undefined },
  via: Await,
  ended: (error: unknown) => void,
  unkept: () => void,
): Tokens {
  const nonces = createNonces()
  const named = { client_id: clientId, ...(resource !== undefined && { resource }) }
  const ask = createTokenEndpoint(platform, nonces, `${url}/v1/token`, named)
  let current: TokenSession | undefined
  let flight: Promise<unknown> | undefined

  function take(session: TokenSession, { access_token, expires_in }: TokenAnswer): void {
    session.accessToken = access_token
    session.ath = hashOf(platform, access_token)
    // Told by the request that needs it.
    session.ath.catch(() => {})
    session.expiresAt = platform.monotonicNow() + expires_in * 1000
  }

  /**
   * Answers when the server has, and keeps the successor after that, under the same lock: only what was kept, sealed
   * where the session lies sealed, is ever exchanged. Until then the predecessor serves as well, so a crash or a failure
   * in between is but a lost answer.
   */
  async function refresh(session: TokenSession): Promise<TokenAnswer> {
    const { refreshToken, keys } = session
    try {
      return await new Promise((resolve, reject) => {
        const exchange = async () => {
          const grant = refreshToken
            .read()
            .then((refresh_token) => ({ grant_type: 'refresh_token', refresh_token }))
          // A lost answer too: the server answers the same once more.
          const answer = await ask(via, grant, keys, ['dpop_nonce_required', 'network_unreachable'])
          take(session, answer)
          resolve(answer)
          // Nobody waits for it any more.
          await refreshToken.replace(answer.refresh_token).catch(unkept)
        }
        platform.vault.exclusive(refreshToken.lock, exchange).catch(reject)
      })
    } catch (error) {
      if (session === current && isEnd(error)) ended(error)
      throw error
    }
  }

  return {
    nonces,
    clientId,
    resource: resource ?? url,
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
      const answer = await ask(via, grant, session.keys, ['dpop_nonce_required'])
      take(session, answer)
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
    async headers({ keys, accessToken, ath }, htm, url) {
      const target = { htm, url, nonce: nonces.of(url) }
      return {
        authorization: `DPoP ${accessToken}`,
        dpop: await makeProof(platform, keys.session, 'dpop+jwt', target, { ath: await ath }),
      }
    },
  }
}

/** Whether the server said that the session is over, so that only a sign-in helps. */
export function isEnd(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return code.startsWith('refresh_token_') && code !== 'refresh_token_superseded'
}
