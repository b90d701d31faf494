import { KeyboundError, type TokenAnswer } from '@keybound/protocol'
import { onlyProof } from '../dpop/proof.ts'
import type { TokenContext, TokenRequest } from './context.ts'
import { type Form, readForm, requireParameter } from './form.ts'
import { isRefusal, oauthAnswer, oauthRefusal } from './oauth-answer.ts'
import { refreshGrant } from './refresh-grant.ts'
import { verifySessionKey } from './session-key.ts'
import { webauthnGrant, webauthnGrantType } from './webauthn-grant.ts'

export const tokenPath = '/v1/token'

type Grant = (context: TokenContext, request: TokenRequest, form: Form) => Promise<TokenAnswer>

const grants: ReadonlyMap<string, Grant> = new Map([
  ['refresh_token', refreshGrant],
  [webauthnGrantType, webauthnGrant],
])

/** The grants of the token endpoint, for its metadata. */
export const grantTypes = [...grants.keys()]

/**
 * `POST /v1/token` (RFC 6749 §3.2): an OAuth token endpoint for public clients without an authorization endpoint.
 * Every request carries a proof of the proof key, with a nonce. Refusals are answers; failures that no client caused
 * are thrown, for the server to answer with 5xx.
 */
export async function answerTokenRequest(
  context: TokenContext,
  request: Request,
  clientAddress: string,
): Promise<Response> {
  const { now, publicUrl, emit } = context.server
  const nonce = await context.proofs.nonce(now())
  try {
    const form = await readForm(request)
    const grantType = requireParameter(form, 'grant_type')
    const grant = grants.get(grantType)
    if (grant === undefined) throw unsupportedGrant()
    const verified = await verifyRequest(context, form, request, clientAddress)
    const answer = await grant(context, verified, form)
    emit({ type: 'tokens.issued', account: answer.account, acr: answer.acr, clientAddress })
    // A nonce that the client has is not sent again (RFC 9449 §8.2).
    return oauthAnswer(answer, nonce === verified.proof.nonce ? undefined : nonce)
  } catch (error) {
    if (!isRefusal(error)) throw error
    // Asking for the nonce is part of the protocol, not a refusal that anybody should look at.
    if (error.code !== 'dpop_nonce_required')
      emit({ type: 'tokens.refused', code: error.code, clientAddress })
    const authorization = request.headers.get('authorization')
    return oauthRefusal(error, {
      explainedAt: publicUrl,
      authorization,
      ...(nonce === undefined ? {} : { nonce }),
    })
  }
}

/** Everything that is the same for all grants, the cheap first. Nothing is used up yet. */
async function verifyRequest(
  context: TokenContext,
  form: Form,
  request: Request,
  clientAddress: string,
): Promise<TokenRequest> {
  const clientId = requireClient(context, form)
  const resource = requireResource(context, form.get('resource'))
  refuseScope(form)
  const { now, publicUrl } = context.server
  const expected = { method: 'POST', url: publicUrl + tokenPath, now: now() }
  const proof = await context.proofs.verify(onlyProof(request.headers), expected)
  const sessionKey = await verifySessionKey(form.get('session_key_proof'), proof, context.proofs, expected)
  return { clientId, resource, proof, sessionKey, clientAddress }
}

/** RFC 6749 §3.2.1: clients are public, so the name is all there is; the proof key tells devices apart. */
export function requireClient({ clients }: TokenContext, form: Form): string {
  const clientId = form.get('client_id')
  if (clientId !== undefined && clients.has(clientId)) return clientId
  const message = 'Unexpected client_id, expected a configured one. Send the client_id of your app.'
  throw new KeyboundError('client_unknown', message, { rule: 'RFC 6749 §3.2.1' })
}

/** RFC 8707 §2.2 and RFC 9068 §3: one resource a token, the default one when none is named. */
function requireResource({ resources }: TokenContext, asked: string | undefined): string {
  const resource = asked === undefined ? resources[0] : resources.find((known) => known === asked)
  if (resource !== undefined) return resource
  const message =
    'Unexpected resource, expected a configured one. Name one resource, or none for the default.'
  throw new KeyboundError('resource_unknown', message, { rule: 'RFC 8707 §2' })
}

/** RFC 6749 §3.3: what is not granted must not seem granted. */
function refuseScope(form: Form): void {
  if (!form.has('scope')) return
  const message = 'Unexpected scope, expected none. Rights follow from the account and from acr.'
  throw new KeyboundError('scope_not_supported', message, { rule: 'RFC 6749 §3.3' })
}

function unsupportedGrant(): KeyboundError {
  const message = `Unexpected grant_type, expected one of ${grantTypes.join(', ')}. Use one of these.`
  return new KeyboundError('grant_type_unsupported', message, { rule: 'RFC 6749 §5.2' })
}
