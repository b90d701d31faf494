import {
  type Acr,
  type AuthenticationMethod,
  type EpochSeconds,
  encodeBase64Url,
  KeyboundError,
  type TokenAcr,
} from '@keybound/protocol'
import type { KeyInfo, KeyProvider } from '../../keys/contract.ts'

/** Everything an access token says. Nothing in it comes from the client unchecked. */
export interface NewAccessToken {
  readonly issuer: string
  readonly realm: string
  /** The one resource it is for (RFC 9068 §5). */
  readonly audience: string
  readonly account: string
  readonly clientId: string
  /** Family of refresh tokens it belongs to: revoking that ends it. */
  readonly session: string
  readonly acr: TokenAcr
  readonly amr: readonly AuthenticationMethod[]
  /** When the user signed; the same in every token of the session (RFC 9068 §2.2.1). */
  readonly authTime: EpochSeconds
  /** Thumbprint of the key it is bound to (RFC 9449 §6.1). */
  readonly jkt: string
  /** Unique; 128 random bits. */
  readonly tokenId: string
  readonly now: EpochSeconds
  /** Seconds. */
  readonly lifetime: number
}

/** Issues an RFC 9068 access token, signed by the newest active key of the purpose `token`. */
export async function issueAccessToken(
  token: NewAccessToken,
  keys: Pick<KeyProvider, 'list' | 'sign'>,
): Promise<string> {
  const { kid, algorithm } = requireSigningKey(await keys.list('token'), token.now, token.lifetime)
  const header = { typ: 'at+jwt', alg: algorithm, kid }
  const claims = {
    iss: token.issuer,
    aud: token.audience,
    sub: token.account,
    client_id: token.clientId,
    iat: token.now,
    exp: token.now + token.lifetime,
    jti: token.tokenId,
    realm: token.realm,
    sid: token.session,
    acr: token.acr,
    amr: token.amr,
    auth_time: token.authTime,
    cnf: { jkt: token.jkt },
  }
  const input = `${encodeJson(header)}.${encodeJson(claims)}`
  const signature = await keys.sign(kid, new TextEncoder().encode(input))
  return `${input}.${encodeBase64Url(signature)}`
}

/** The newest key that is in use and outlives the token, so that no token loses its key. */
function requireSigningKey(keys: readonly KeyInfo[], now: EpochSeconds, lifetime: number): KeyInfo {
  const usable = keys.find((key) => key.activeFrom <= now && key.acceptUntil >= now + lifetime)
  if (usable === undefined) {
    const message =
      'Unexpected list of keys, expected an active one for tokens. Rotate keys before the last one retires.'
    throw new KeyboundError('key_unavailable', message)
  }
  return usable
}

/** `amr` of a sign-in (RFC 8176): what the server could verify, no more. Attested hardware at `L2` and `R` only. */
export function methodsOf(acr: Acr): readonly AuthenticationMethod[] {
  if (acr === 'pwd') return ['pwd']
  return acr === 'L2' || acr === 'R' ? ['hwk', 'user', 'mfa'] : ['pop', 'user']
}

function encodeJson(value: object): string {
  return encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)))
}
