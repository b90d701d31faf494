import type { ErrorCode, TokenAcr, TokenAnswer } from '@keybound/protocol'
import { requestLimit } from '../calls/request-limit.ts'
import type { Await } from '../calls/settle.ts'
import { codeOf } from '../failures.ts'
import type { PlatformResponse } from '../platform.ts'
import type { SigningKey } from '../platform-vault.ts'
import { matching, oneOf, type Reader, shape, text, whole } from '../read.ts'
import { readAnswer } from '../transport/server-api.ts'
import type { KeyPlatform } from './key-platform.ts'
import { makeProof, thumbprint } from './proof.ts'

/** The two keys of a session. */
export interface SessionKeys {
  /** Binds the refresh token. */
  readonly proof: SigningKey
  /** Binds the access token. The proof key itself once the server refused any other (its policy `proofKeyOnly`). */
  session: SigningKey
}

const acr = matching(/^(pwd|W|L1|L2|R)(\.refreshed)?$/) as Reader<TokenAcr>

const tokenAnswer = shape<TokenAnswer>({
  access_token: text,
  token_type: oneOf('DPoP' as const),
  expires_in: whole,
  refresh_token: text,
  account: text,
  acr,
  auth_time: whole,
})

/** The members of a form. */
export type Form = Readonly<Record<string, string>>

/**
 * `POST /v1/token`. The grant is awaited while the keys sign; its rejection is the answer's. Asks again after each of the
 * refusals `repeatAfter`, once; and without the session key where the server wants the proof key on every call.
 */
export type TokenEndpoint = (
  grant: Form | Promise<Form>,
  keys: SessionKeys,
  repeatAfter: readonly ErrorCode[],
) => Promise<TokenAnswer>

/** Makes it. */
export function createTokenEndpoint(
  platform: KeyPlatform,
  via: Await,
  url: string,
  fixed: Form,
): TokenEndpoint {
  async function send(signal: AbortSignal, grant: Form | Promise<Form>, { proof, session }: SessionKeys) {
    const prove = async (typ: string, signer: SigningKey, claim: string, other: SigningKey) =>
      makeProof(
        platform,
        signer,
        typ,
        { method: 'POST', url },
        signer === other ? {} : { [claim]: await thumbprint(platform, other.jwk) },
      )
    // Side by side: the proof key takes as long as its hardware does.
    const [dpop, session_key_proof, form] = await Promise.all([
      prove('dpop+jwt', proof, 'session_jkt', session),
      session !== proof && prove('keybound-session-key+jwt', session, 'proof_jkt', proof),
      grant,
    ])
    const sent = { ...fixed, ...form, ...(session_key_proof && { session_key_proof }) }
    return readAnswer(await postForm(platform, url, sent, signal, { dpop }), tokenAnswer)
  }

  return async function ask(grant, keys, repeatAfter) {
    try {
      return await via((signal) => send(signal, grant, keys), requestLimit)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'session_key_not_allowed' && keys.session !== keys.proof) {
        keys.session.close?.()
        keys.session = keys.proof
        return ask(grant, keys, repeatAfter)
      }
      if (!code || !repeatAfter.includes(code)) throw error
      const left = repeatAfter.filter((other) => other !== code)
      return ask(grant, keys, left)
    }
  }
}

/** Sends a form, as OAuth's endpoints take it (RFC 6749 §3.2). */
export function postForm(
  platform: KeyPlatform,
  url: string,
  form: Form,
  signal: AbortSignal,
  headers?: Form,
): Promise<PlatformResponse> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams(form).toString()
  return platform.request({ method: 'POST', url, headers: { ...type, ...headers }, body }, signal)
}
