import type {
  Availability,
  PlatformProperties,
  PlatformStorage,
  WebUnavailableReason,
} from '@keybound/client'
import { KeyboundError } from '@keybound/protocol'
import { answerOf } from './answer-of.ts'
import type { WebEnvironment } from './environment.ts'

/** Which authenticators a page uses. */
export type Authenticators = 'platform' | 'any'

/** What is missing and what to do, in one sentence for people. */
export const explanations: { readonly [R in WebUnavailableReason]: string } = {
  insecureContext:
    'Biometrics work on secure pages only; open this site with https://, or sign in with the password.',
  noWebAuthn: 'This browser has no biometric sign-in; update it, or sign in with the password.',
  noPlatformAuthenticator:
    'No fingerprint, face or PIN is set up on this device; set one up in its settings, or sign in with the password.',
  storageBlocked:
    'This browser does not let the site store anything; free some space or leave private browsing, or sign in with the password.',
}

/** What this browser can do now, without a prompt. */
export async function checkAvailability(
  environment: WebEnvironment,
  authenticators: Authenticators,
  storage: Pick<PlatformStorage, 'keys'>,
): Promise<Availability> {
  const reason = (await missing(environment, authenticators)) ?? (await blocked(storage))
  // Whether the browser evaluates the PRF; whether the authenticator does shows when a key is made or first used.
  const capabilities = await answerOf(async () => environment.PublicKeyCredential?.getClientCapabilities?.())
  // What a browser can show a server: little, and nothing that is proven.
  const properties: PlatformProperties = Object.freeze({
    hardwareProven: 'ifAuthenticatorAttests',
    biometricOnly: 'no',
    diesOnEnrolmentChange: 'no',
    deviceBound: 'ifNotBackedUp',
    appIdentity: 'origin',
    sealing: capabilities?.['extension:prf'] ? 'withoutPrompt' : 'none',
  })
  if (!reason) return { available: true, properties }
  return { available: false, reason, explanation: explanations[reason], properties }
}

/** Refuses a prompt that could only run into its timeout, because no authenticator is there to answer it. */
export async function requireAuthenticator(
  environment: WebEnvironment,
  authenticators: Authenticators,
): Promise<void> {
  const reason = await missing(environment, authenticators)
  if (!reason) return
  const code = reason === 'insecureContext' ? 'insecure_context' : 'unsupported'
  throw new KeyboundError(code, explanations[reason])
}

async function missing(
  { isSecureContext, navigator, PublicKeyCredential }: WebEnvironment,
  authenticators: Authenticators,
): Promise<WebUnavailableReason | undefined> {
  if (!isSecureContext) return 'insecureContext'
  if (!navigator?.credentials || !PublicKeyCredential) return 'noWebAuthn'
  if (authenticators === 'any') return undefined
  // A browser that cannot say has none that we could count on.
  const found = await answerOf(() => PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable())
  return found ? undefined : 'noPlatformAuthenticator'
}

async function blocked(storage: Pick<PlatformStorage, 'keys'>): Promise<WebUnavailableReason | undefined> {
  return (await answerOf(() => storage.keys(''))) ? undefined : 'storageBlocked'
}
