import { KeyboundError } from '@keybound/protocol'
import { createProviderKeys } from '../access-token/keys.ts'
import { readSignedToken } from '../access-token/verify.ts'
import { readRefreshToken } from '../refresh/token.ts'
import type { TokenContext } from './context.ts'
import { readForm, requireParameter } from './form.ts'
import { isRefusal, oauthRefusal } from './oauth-answer.ts'
import { requireClient } from './token-endpoint.ts'

/**
 * `POST /v1/revocation` (RFC 7009): ends the session that a refresh or access token belongs to, and with it every
 * token of it. Who has the token may end its session: that is no more than a thief could do to it anyway. A token that
 * is not one of ours is answered alike, since what was asked for holds (§2.2).
 */
export async function answerRevocation(
  context: TokenContext,
  request: Request,
  clientAddress: string,
): Promise<Response> {
  const { server } = context
  try {
    const form = await readForm(request)
    const clientId = requireClient(context, form)
    const family = await familyOf(context, requireParameter(form, 'token'))
    if (family !== undefined) await endFamily(context, family, clientId, clientAddress)
    return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    if (!isRefusal(error)) throw error
    const authorization = request.headers.get('authorization')
    return oauthRefusal(error, { explainedAt: server.publicUrl, authorization })
  }
}

/** The family a token names, whatever kind of token it is and whether or not it is still valid. */
async function familyOf({ server }: TokenContext, token: string): Promise<string | undefined> {
  const { keys, realm, now } = server
  try {
    if (token.startsWith('kbr1.')) return (await readRefreshToken(token, { keys, realm, now: now() })).family
    const { claims } = await readSignedToken(token, createProviderKeys(keys), now())
    return claims.realm === realm && typeof claims.sid === 'string' ? claims.sid : undefined
  } catch (error) {
    if (error instanceof KeyboundError && isRefusal(error)) return undefined
    throw error
  }
}

/** RFC 7009 §2.1: the token must have been issued to this client. */
async function endFamily(
  { server }: TokenContext,
  id: string,
  clientId: string,
  clientAddress: string,
): Promise<void> {
  const { realm, store, now, emit } = server
  const family = await store.findFamily(realm, id)
  if (family === undefined || family.clientId !== clientId) return
  const ended = await store.revokeFamilies({ realm, now: now(), of: { family: id } })
  if (ended > 0) {
    emit({ type: 'family.ended', account: family.account, family: id, reason: 'signedOut', clientAddress })
  }
}
