import { createHash, randomUUID } from 'node:crypto'
import type { AuthenticationResponseJSON, TokenAnswer } from '@keybound/protocol'
import { createAuthenticator, type SoftwareAuthenticator } from '../../support/authenticator.ts'
import { type Answer, createFlows, origin, readAnswer } from '../../support/server.ts'
import { createTestKey, type TestKey } from './proof-key.ts'

/** What a token endpoint answers, whichever way it goes. */
export type TokenReply = Answer<TokenAnswer & { readonly error?: string; readonly code?: string }>

/** Anything that answers requests: a server in this process, or processes over HTTP. */
export type Send = (request: Request) => Promise<Response>

/** What one request gets wrong, or says besides. Everything else is right. */
export interface TokenKnobs {
  /** More or other form parameters; undefined leaves one out. */
  readonly form?: { readonly [name: string]: string | undefined }
  /** More or other claims of the proof. */
  readonly claims?: object
  readonly header?: object
  readonly proofKey?: TestKey
  /** Key that the access token is to be bound to. */
  readonly sessionKey?: TestKey
  readonly sessionClaims?: object
  readonly sessionHeader?: object
  /** Instead of the newest nonce the server gave; null for none. */
  readonly nonce?: string | null
  readonly headers?: { readonly [name: string]: string | null }
  /** The body as it is sent. */
  readonly body?: string
  /** Do not ask again when the server wants another nonce. */
  readonly once?: boolean
}

export interface DeviceOptions {
  readonly send: Send
  /** Seconds since 1970, by the device's clock. */
  readonly now: () => number
  readonly clientId?: string
  readonly proofKey?: TestKey
  readonly authenticator?: SoftwareAuthenticator
}

/** An app on a device, written from docs/tokens.md with nothing of the product in it: keys, nonce, tokens. */
export function createDevice({ send, now, clientId = 'bank-app', ...options }: DeviceOptions) {
  const proofKey = options.proofKey ?? createTestKey()
  const authenticator = options.authenticator ?? createAuthenticator({ origin })
  const tokens = { access: '', refresh: '' }
  let nonce: string | undefined

  const flows = createFlows(async (method, path, { body, token, headers } = {}) => {
    const request = new Request(origin + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return readAnswer(await send(request))
  })

  function claimsFor(path: string, method: string, given: string | null | undefined): object {
    const used = given === undefined ? nonce : given
    return {
      jti: randomUUID(),
      htm: method,
      htu: origin + path,
      iat: now(),
      ...(used === undefined || used === null ? {} : { nonce: used }),
    }
  }

  function tokenRequest(form: TokenKnobs['form'], knobs: TokenKnobs): Request {
    const key = knobs.proofKey ?? proofKey
    const { sessionKey } = knobs
    const proof = {
      ...claimsFor('/v1/token', 'POST', knobs.nonce),
      ...(sessionKey === undefined ? {} : { session_jkt: sessionKey.jkt }),
      ...knobs.claims,
    }
    const parameters = new URLSearchParams()
    const sessionProof = sessionKey?.proof(
      { ...claimsFor('/v1/token', 'POST', knobs.nonce), proof_jkt: key.jkt, ...knobs.sessionClaims },
      { typ: 'keybound-session-key+jwt', ...knobs.sessionHeader },
    )
    const all = { client_id: clientId, ...form, session_key_proof: sessionProof, ...knobs.form }
    for (const [name, value] of Object.entries(all)) if (value !== undefined) parameters.set(name, value)
    const headers = new Headers({
      'content-type': 'application/x-www-form-urlencoded',
      dpop: key.proof(proof, knobs.header),
    })
    for (const [name, value] of Object.entries(knobs.headers ?? {})) {
      if (value === null) headers.delete(name)
      else headers.set(name, value)
    }
    const body = knobs.body ?? parameters.toString()
    return new Request(`${origin}/v1/token`, { method: 'POST', headers, body })
  }

  /** Sends, keeps the nonce of the answer, and asks once more when the server wants that one. */
  async function askForTokens(form: TokenKnobs['form'], knobs: TokenKnobs = {}): Promise<TokenReply> {
    for (let attempt = 0; ; attempt++) {
      const response = await send(tokenRequest(form, knobs))
      nonce = response.headers.get('dpop-nonce') ?? nonce
      const answer: TokenReply = await readAnswer(response)
      const wantsNonce = answer.json?.error === 'use_dpop_nonce' && knobs.nonce === undefined && !knobs.once
      if (!wantsNonce || attempt > 0) return answer
    }
  }

  function keep(answer: TokenReply): TokenReply {
    if (answer.status === 200) {
      tokens.access = answer.json.access_token
      tokens.refresh = answer.json.refresh_token
    }
    return answer
  }

  /** Asks for options that are bound to the proof key, and signs them. */
  async function assertion(account?: string): Promise<AuthenticationResponseJSON> {
    const answer = await send(
      new Request(`${origin}/v1/authentication/options`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ dpopJkt: proofKey.jkt, ...(account === undefined ? {} : { account }) }),
      }),
    )
    return authenticator.authenticate(JSON.parse(await answer.text()))
  }

  const exchange = async (response: AuthenticationResponseJSON, knobs: TokenKnobs = {}) =>
    keep(await askForTokens({ grant_type: webauthnGrant, assertion: JSON.stringify(response) }, knobs))

  return {
    proofKey,
    authenticator,
    tokens,
    flows,
    assertion,
    exchange,
    askForTokens,
    tokenRequest,
    /** Registers this device's key for a demo user, by password. */
    registerByPassword: (username = 'ada') => flows.register(authenticator, username),
    signIn: async (knobs: TokenKnobs = {}) => exchange(await assertion(), knobs),
    /** Presents a refresh token, the newest by default, and keeps what comes back. */
    refresh: async (knobs: TokenKnobs = {}, token = tokens.refresh) =>
      keep(await askForTokens({ grant_type: 'refresh_token', refresh_token: token }, knobs)),
    /** Presents a refresh token and loses the answer. */
    present: (token: string, knobs: TokenKnobs = {}) =>
      askForTokens({ grant_type: 'refresh_token', refresh_token: token }, knobs),
    /** Calls a route with the access token and a proof by the key it is bound to. */
    async call(method: string, path: string, knobs: ApiKnobs = {}): Promise<Answer<ApiReply>> {
      for (let attempt = 0; ; attempt++) {
        const token = knobs.token ?? tokens.access
        const ath = createHash('sha256').update(token).digest('base64url')
        const claims = { ...claimsFor(path, method, undefined), ath, ...knobs.claims }
        const headers = new Headers({
          authorization: `${knobs.scheme ?? 'DPoP'} ${token}`,
          dpop: (knobs.key ?? proofKey).proof(claims),
        })
        const response = await (knobs.send ?? send)(new Request(origin + path, { method, headers }))
        nonce = response.headers.get('dpop-nonce') ?? nonce
        const wantsNonce = response.headers.get('www-authenticate')?.includes('use_dpop_nonce')
        if (!wantsNonce || attempt > 0) return readAnswer(response)
      }
    },
  }
}

/** What a call of a route gets wrong. */
export interface ApiKnobs {
  readonly token?: string
  readonly key?: TestKey
  readonly scheme?: string
  readonly claims?: object
  readonly send?: Send
}

export interface ApiReply {
  readonly code?: string
  readonly account?: string
  readonly sessions?: readonly { readonly id: string; readonly current: boolean; readonly acr: string }[]
}

export type Device = ReturnType<typeof createDevice>

export const webauthnGrant = 'urn:keybound:params:oauth:grant-type:webauthn'

/** Claims of a JWT, unchecked. */
export function claimsOf(jwt: string): { readonly [name: string]: unknown } {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
}
