import { type AuthenticationMethod, KeyboundError, type TokenAcr, type TokenAnswer } from '@keybound/protocol'
import type { SingleUse } from '../../store/contract.ts'
import { issueAccessToken, methodsOf } from '../access-token/issue.ts'
import { proofUse } from '../dpop/replay.ts'
import type { FamilyRecord } from '../refresh/family.ts'
import { familyEnd } from '../refresh/limits.ts'
import { mintRefreshToken } from '../refresh/token.ts'
import type { TokenContext, TokenRequest } from './context.ts'

/**
 * The tokens of a family (RFC 6749 §5.1): an access token bound to the session key, or to the proof key where there is
 * none, and the refresh token of the generation. An access token never outlives its family.
 */
export async function grantTokens(
  { server }: TokenContext,
  request: TokenRequest,
  family: FamilyRecord,
  generation: number,
  acr: TokenAcr,
): Promise<TokenAnswer> {
  const { realm, keys, policy, publicUrl, randomBytes } = server
  const now = server.now()
  const lifetime = Math.min(
    policy.tokens.accessTokenLifetime,
    familyEnd(family, policy.tokens.sessions) - now,
  )
  const amr: readonly AuthenticationMethod[] = methodsOf(family.acr)
  const accessToken = await issueAccessToken(
    {
      issuer: publicUrl,
      realm,
      audience: request.resource,
      account: family.account,
      clientId: family.clientId,
      session: family.id,
      acr,
      amr,
      authTime: family.authTime,
      jkt: (request.sessionKey ?? request.proof).jkt,
      tokenId: Buffer.from(randomBytes(16)).toString('base64url'),
      now,
      lifetime,
    },
    keys,
  )
  return {
    access_token: accessToken,
    token_type: 'DPoP',
    expires_in: lifetime,
    refresh_token: await mintRefreshToken({ family: family.id, generation }, { keys, realm, now }),
    account: family.account,
    acr,
    auth_time: family.authTime,
  }
}

/** The proofs of a request, to be used up in the transaction of its effect. */
export function usesOf({ proof, sessionKey }: TokenRequest): readonly SingleUse[] {
  return [proof, ...(sessionKey === undefined ? [] : [sessionKey])].map(proofUse)
}

/** `iat` of a proof in whole milliseconds, as families keep it. */
export function millisecondsOf(issuedAt: number): number {
  return Math.floor(issuedAt * 1000)
}

/** The store said that a proof was used before. */
export function proofReplayed(): KeyboundError {
  const message = 'Unexpected second use of a proof, expected each once. Make a new proof with its own jti.'
  return new KeyboundError('dpop_proof_replayed', message, { rule: 'RFC 9449 §11.1' })
}

/** Policy `proofKeyOnly`: at these levels every call must touch the hardware. */
export function requireSessionKeyAllowed(
  { server }: TokenContext,
  { sessionKey }: TokenRequest,
  { acr }: Pick<FamilyRecord, 'acr'>,
): void {
  if (sessionKey === undefined || !server.policy.tokens.proofKeyOnly.includes(acr)) return
  const message = `Unexpected session key, expected none at level ${acr}. Make proofs with the proof key.`
  throw new KeyboundError('session_key_not_allowed', message)
}
