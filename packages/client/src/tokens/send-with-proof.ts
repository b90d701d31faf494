import { KeyboundError } from '@keybound/protocol'
import { awaitWith } from '../calls/settle.ts'
import { storageLimit } from '../device/device-records.ts'
import type { KeyPlatform } from './key-platform.ts'
import { makeProof, type ProofTarget } from './proof.ts'
import type { Form } from './token-endpoint.ts'
import type { TokenSession, Tokens } from './tokens.ts'

/** An answer, as far as it may ask for something else to be sent. */
export interface Answered {
  readonly status: number
  readonly header: (name: string) => string | null
}

/** Answers a challenge of RFC 9470 §3: the session of a new signature, or `undefined` when a signature cannot help. */
export type StepUp = (
  refused: TokenSession,
  challenge: string,
  signal: AbortSignal,
) => Promise<TokenSession | undefined>

/**
 * Sends with token and proof (RFC 9449 §7.1), and again where the server asks for nothing but another nonce (§8 there),
 * or another token (RFC 6750 §3.1): it is refreshed once, for the clock that says when it ends stands still while a
 * machine sleeps. Where it asks for a fresh signature (RFC 9470), `stepUp` gets it, once. Goes on with the session that
 * took the place of `begun`. Answers with whatever the server said last.
 */
export async function sendWithProof<A extends Answered>(
  platform: KeyPlatform,
  tokens: Tokens,
  begun: TokenSession,
  target: ProofTarget,
  send: (headers: Form) => Promise<A>,
  stepUp?: (refused: TokenSession, challenge: string) => Promise<TokenSession | undefined>,
): Promise<A> {
  let session = begun
  let refused: string | undefined
  let signs = stepUp
  let repeats = 3
  for (;;) {
    while (session.next) session = session.next
    try {
      await tokens.fresh(session, refused)
    } catch (error) {
      // What replaced it has ended it too.
      if (!session.next) throw error
    }
    if (session.next) continue
    if (tokens.current() !== session) {
      throw new KeyboundError('aborted', 'The call was cancelled because the app was locked.')
    }
    // Read before sending: another caller may refresh it before the answer comes.
    const { keys, accessToken, ath } = session
    const prove = () => makeProof(platform, keys.session, 'dpop+jwt', target, { ath })
    const dpop = await awaitWith(platform.wait)(prove, storageLimit)
    const answer = await send({ authorization: `DPoP ${accessToken}`, dpop })
    const challenge = answer.status === 401 ? (answer.header('www-authenticate') ?? '') : ''
    if (signs && challenge.includes('"insufficient_user_authentication"')) {
      // Another request may have stepped up since this one was sent.
      const stepped = session.next ?? (await signs(session, challenge))
      signs = undefined
      repeats = 2
      if (stepped) continue
    }
    const ended = !refused && challenge.includes('"invalid_token"')
    if (!(ended || challenge.includes('"use_dpop_nonce"')) || !repeats--) return answer
    if (ended) refused = accessToken
  }
}
