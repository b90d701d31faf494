import type { TokenAcr, TokenAnswer } from '@keybound/protocol'
import type { Await } from '../calls/calls.ts'
import { requestLimit } from '../calls/request-limit.ts'
import { codeOf } from '../context.ts'
import type { SigningKey } from '../platform-vault.ts'
import { type Reader, readJson, shape, text, unexpected, whole } from '../read.ts'
import { answerInvalid, readProblem } from '../transport/problem.ts'
import type { Nonces } from './nonces.ts'
import { type KeyPlatform, makeProof, thumbprint } from './proof.ts'

/** The two keys of a session. */
export interface SessionKeys {
  /** Binds the refresh token. */
  readonly proof: SigningKey
  /** Binds the access token. */
  readonly session: SigningKey
}

/** `POST /v1/token`, as functions of its two grants. */
export interface TokenEndpoint {
  readonly refresh: (via: Await, token: string, keys: SessionKeys) => Promise<TokenAnswer>
  readonly signIn: (via: Await, assertion: object, keys: SessionKeys) => Promise<TokenAnswer>
}

const acr: Reader<TokenAcr> = (value, at) =>
  /^(pwd|W|L1|L2|R)(\.refreshed)?$/.test(text(value, at)) ? (value as TokenAcr) : unexpected(at)

const tokenAnswer = shape<TokenAnswer>({
  access_token: text,
  token_type: (value, at) => (value === 'DPoP' ? value : unexpected(at)),
  expires_in: whole,
  refresh_token: text,
  account: text,
  acr,
  auth_time: whole,
})

/** Makes it. Follows a nonce; asks a refresh once more when its answer was lost, which the server answers alike. */
export function createTokenEndpoint(
  platform: KeyPlatform,
  nonces: Nonces,
  url: string,
  fixed: Readonly<Record<string, string>>,
): TokenEndpoint {
  async function send(signal: AbortSignal, form: Record<string, string>, keys: SessionKeys) {
    const { proof, session } = keys
    const target = { htm: 'POST', url, nonce: nonces.of(url) }
    const sessionProof = await makeProof(platform, session, 'keybound-session-key+jwt', target, {
      proof_jkt: await thumbprint(platform, proof.jwk),
    })
    const endorsed = { session_jkt: await thumbprint(platform, session.jwk) }
    const response = await platform.request(
      {
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          dpop: await makeProof(platform, proof, 'dpop+jwt', target, endorsed),
        },
        body: new URLSearchParams({ ...fixed, ...form, session_key_proof: sessionProof }).toString(),
      },
      signal,
    )
    nonces.note(url, response.header('dpop-nonce'))
    if (response.status >= 400) throw readProblem(response)
    try {
      return tokenAnswer(readJson(response.body), 'answer')
    } catch (cause) {
      throw answerInvalid(cause)
    }
  }

  async function ask(via: Await, form: Record<string, string>, keys: SessionKeys, repeat: readonly string[]) {
    const left = [...repeat]
    for (;;) {
      try {
        return await via({ work: (signal) => send(signal, form, keys), limit: requestLimit })
      } catch (error) {
        const at = left.indexOf(codeOf(error) ?? '')
        if (at < 0) throw error
        left.splice(at, 1)
      }
    }
  }

  return {
    refresh: (via, token, keys) =>
      ask(via, { grant_type: 'refresh_token', refresh_token: token }, keys, [
        'dpop_nonce_required',
        'network_unreachable',
      ]),
    signIn: (via, assertion, keys) =>
      ask(
        via,
        {
          grant_type: 'urn:keybound:params:oauth:grant-type:webauthn',
          assertion: JSON.stringify(assertion),
        },
        keys,
        ['dpop_nonce_required'],
      ),
  }
}
