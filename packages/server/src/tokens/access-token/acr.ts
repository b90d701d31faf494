import type { Acr, TokenAcr } from '@keybound/protocol'

/** Every `acr` value, weakest first. The refreshed form ranks directly below the signed one. */
const order: readonly TokenAcr[] = [
  'pwd.refreshed',
  'pwd',
  'W.refreshed',
  'W',
  'L1.refreshed',
  'L1',
  'L2.refreshed',
  'L2',
  'R.refreshed',
  'R',
]

/** Whether the text is one of our `acr` values. */
export function isTokenAcr(text: string): text is TokenAcr {
  return (order as readonly string[]).includes(text)
}

/** Whether a token's `acr` is as strong as the required one. An absent or unknown value satisfies nothing. */
export function satisfiesAcr(found: string | undefined, required: TokenAcr): boolean {
  return found !== undefined && isTokenAcr(found) && order.indexOf(found) >= order.indexOf(required)
}

/** The `acr` of a token that came from a refresh of a sign-in with this one. Never a higher one. */
export function refreshedAcr(signedIn: Acr): TokenAcr {
  return `${signedIn}.refreshed`
}

/** The signed values that satisfy the required one, weakest first: what a step-up challenge offers (RFC 9470 §3). */
export function acrValuesFrom(required: TokenAcr): readonly Acr[] {
  return order.slice(order.indexOf(required)).filter((acr): acr is Acr => !acr.endsWith('.refreshed'))
}
