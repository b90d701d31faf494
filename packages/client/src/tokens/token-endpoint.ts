import type { TokenAcr, TokenAnswer } from '@keybound/protocol'
import { requestLimit } from '../calls/request-limit.ts'
import type { Await } from '../calls/settle.ts'
import { codeOf } from '../context.ts'
import type { SigningKey } from '../platform-vault.ts'
import { type Reader, shape, text, unexpected, whole } from '../read.ts'
import { readAnswer } from '../transport/server-api.ts'
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
  /** @param token awaited while the keys sign; its rejection is the answer's. */
  readonly refresh: (via: Await, token: Promise<string>, keys: SessionKeys) => Promise<TokenAnswer>
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

/** The members of a request that its grant is made of. */
type Grant = Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>

/** Makes it. Follows a nonce; asks a refresh once more when its answer was lost, which the server answers alike. */
export function createTokenEndpoint(
  platform: KeyPlatform,
  nonces: Nonces,
  url: string,
  fixed: Readonly<Record<string, string>>,
): TokenEndpoint {
  async function send(signal: AbortSignal, grant: Grant, { proof, session }: SessionKeys) {
    const target = { htm: 'POST', url, nonce: nonces.of(url) }
    const prove = async (typ: string, key: SigningKey, claim: string, { jwk }: SigningKey) =>
      makeProof(platform, key, typ, target, { [claim]: await thumbprint(platform, jwk) })
    // Side by side: the proof key takes as long as its hardware does.
    const [dpop, session_key_proof, form] = await Promise.all([
      prove('dpop+jwt', proof, 'session_jkt', session),
      prove('keybound-session-key+jwt', session, 'proof_jkt', proof),
      grant,
    ])
    const response = await platform.request(
      {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', dpop },
        body: new URLSearchParams({ ...fixed, ...form, session_key_proof }).toString(),
      },
      signal,
    )
    nonces.note(url, response.header('dpop-nonce'))
    return readAnswer(response, tokenAnswer)
  }

  /** Asks again after each of these refusals, once. */
  async function ask(
    via: Await,
    grant: Grant,
    keys: SessionKeys,
    repeatAfter: readonly unknown[],
  ): Promise<TokenAnswer> {
    try {
      return await via((signal) => send(signal, grant, keys), requestLimit)
    } catch (error) {
      const code = codeOf(error)
      if (!repeatAfter.includes(code)) throw error
      const left = repeatAfter.filter((other) => other !== code)
      return ask(via, grant, keys, left)
    }
  }

  return {
    refresh: (via, token, keys) =>
      ask(
        via,
        token.then((refresh_token) => ({ grant_type: 'refresh_token', refresh_token })),
        keys,
        ['dpop_nonce_required', 'network_unreachable'],
      ),
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
