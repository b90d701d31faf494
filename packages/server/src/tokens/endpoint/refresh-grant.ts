import type { TokenAnswer } from '@keybound/protocol'
import { refreshedAcr } from '../access-token/acr.ts'
import { refreshRefused } from '../refresh/refusal.ts'
import { readRefreshToken } from '../refresh/token.ts'
import type { TokenContext, TokenRequest } from './context.ts'
import { type Form, requireParameter } from './form.ts'
import {
  grantTokens,
  millisecondsOf,
  proofReplayed,
  requireSessionKeyAllowed,
  usesOf,
} from './grant-tokens.ts'

/**
 * Grant `refresh_token` (RFC 6749 §6, RFC 9449 §5). The store decides and commits in one transaction; asked again
 * with the same token and key it gives the same successor until that is used. `auth_time` stays, `acr` is the
 * refreshed form: nothing here shows that the user is there.
 */
export async function refreshGrant(
  context: TokenContext,
  request: TokenRequest,
  form: Form,
): Promise<TokenAnswer> {
  const { realm, keys, store, policy, emit, now: clock } = context.server
  const now = clock()
  const token = await readRefreshToken(requireParameter(form, 'refresh_token'), { keys, realm, now })
  await checkPolicy(context, request, token.family)
  const { clientId, proof } = request
  const result = await store.rotateRefreshToken({
    realm,
    now,
    ...token,
    clientId,
    proofJkt: proof.jkt,
    proofIssuedAt: millisecondsOf(proof.issuedAt),
    limits: policy.tokens.sessions,
    proofs: usesOf(request),
  })
  if (result.outcome === 'proofUsed') throw proofReplayed()
  if (result.outcome === 'revoked') {
    const { account, reason } = result
    emit({
      type: 'family.ended',
      account,
      family: token.family,
      reason,
      clientAddress: request.clientAddress,
    })
  }
  if (result.outcome === 'refused' || result.outcome === 'revoked') throw refreshRefused(result.reason)
  const { family, generation } = result
  return grantTokens(context, request, family, generation, refreshedAcr(family.acr))
}

/** Judged before the token is used, where the policy can refuse anything at all. */
async function checkPolicy(context: TokenContext, request: TokenRequest, id: string): Promise<void> {
  const { realm, store, policy } = context.server
  if (request.sessionKey === undefined || policy.tokens.proofKeyOnly.length === 0) return
  const family = await store.findFamily(realm, id)
  if (family !== undefined) requireSessionKeyAllowed(context, request, family)
}
