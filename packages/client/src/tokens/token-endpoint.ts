import type { ErrorCode, TokenAcr, TokenAnswer } from '@keybound/protocol'
import { requestLimit } from '../calls/request-limit.ts'
import type { Await } from '../calls/settle.ts'
import { codeOf } from '../failures.ts'
import type { SigningKey } from '../platform-vault.ts'
import { type Reader, shape, text, unexpected, whole } from '../read.ts'
import { readAnswer } from '../transport/server-api.ts'
import type { Nonces } from './nonces.ts'
import { type KeyPlatform, makeProof, thumbprint } from './proof.ts'

/** The two keys of a session. */
export interface SessionKeys {
  /** Binds the refresh token. */
  readonly proof: SigningKey
  /** Binds the access token. The proof key itself once the server refused any other (its policy `proofKeyOnly`). */
  session: SigningKey
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
type Grant = Readonly<Record<string, string>>

/**
 * `POST /v1/token`. The grant is awaited while the keys sign; its rejection is the answer's. Asks again after each of the
 * refusals `repeatAfter`, once; and without the session key where the server wants the proof key on every call.
 */
export type TokenEndpoint = (
  via: Await,
  grant: Grant | Promise<Grant>,
  keys: SessionKeys,
  repeatAfter: readonly ErrorCode[],
) => Promise<TokenAnswer>

/** Makes it. */
export function createTokenEndpoint(
  platform: KeyPlatform,
  nonces: Nonces,
  url: string,
  fixed: Grant,
): TokenEndpoint {
  async function send(signal: AbortSignal, grant: Grant | Promise<Grant>, { proof, session }: SessionKeys) {
    const target = { htm: 'POST', url, nonce: nonces.of(url) }
    const prove = async (typ: string, key: SigningKey, claim: string, other: SigningKey) =>
      makeProof(
        platform,
        key,
        typ,
        target,
        key === other ? {} : { [claim]: await thumbprint(platform, other.jwk) },
      )
    // Side by side: the proof key takes as long as its hardware does.
    const [dpop, session_key_proof, form] = await Promise.all([
      prove('dpop+jwt', proof, 'session_jkt', session),
      session !== proof && prove('keybound-session-key+jwt', session, 'proof_jkt', proof),
      grant,
    ])
    const response = await platform.request(
      {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', dpop },
        body: new URLSearchParams({
          ...fixed,
          ...form,
          ...(session_key_proof && { session_key_proof }),
        }).toString(),
      },
      signal,
    )
    nonces.note(url, response.header('dpop-nonce'))
    return readAnswer(response, tokenAnswer)
  }

  return async function ask(via, grant, keys, repeatAfter) {
    try {
      return await via((signal) => send(signal, grant, keys), requestLimit)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'session_key_not_allowed' && keys.session !== keys.proof) {
        keys.session.close?.()
        keys.session = keys.proof
        return ask(via, grant, keys, repeatAfter)
      }
      const left = repeatAfter.filter((other) => other !== code)
      if (left.length === repeatAfter.length) throw error
      return ask(via, grant, keys, left)
    }
  }
}
