import { hash } from 'node:crypto'
import type { Acr } from '@keybound/protocol'
import type { ServerContext } from '../../internal/context.ts'
import { requireSession } from '../../sessions/sessions.ts'
import type { SessionRecord } from '../../store/contract.ts'
import type { Caller } from '../protect/guard.ts'
import type { Tokens } from './tokens.ts'

/** The session a request of this server's own API carries, whichever kind. */
export type RequestSession =
  | {
      readonly session: SessionRecord
      /** Family of refresh tokens, where it has one. */
      readonly family: string | undefined
      /** For the answer. */
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly refusal: Response }

/**
 * Reads the session of a request: an opaque one (`Authorization: Bearer`), or an access token with its proof
 * (`Authorization: DPoP`) where tokens are on. Rejects as `requireSession` does.
 */
export function createSessionReader(
  context: ServerContext,
  tokens: Tokens | undefined,
): (request: Request) => Promise<RequestSession> {
  const guard = tokens?.own
  return async (request) => {
    const authorization = request.headers.get('authorization')
    if (guard === undefined || !/^dpop /i.test(authorization ?? '')) {
      return { session: await requireSession(context, authorization), family: undefined, headers: {} }
    }
    const verdict = await guard(request)
    if (verdict.outcome === 'refused') return { refusal: verdict.response }
    const { caller, headers } = verdict
    return { session: sessionOf(caller), family: caller.session, headers }
  }
}

/** What the handlers know of a session. Its name is that of the family, so it outlives the access token. */
function sessionOf({ account, acr = 'pwd', authTime = 0, session = '', expiresAt }: Caller): SessionRecord {
  return {
    tokenHash: hash('sha256', `keybound/family/v1 ${session}`, 'base64url'),
    account,
    acr: acr.replace('.refreshed', '') as Acr,
    authTime,
    expiresAt,
    credentialId: null,
  }
}
