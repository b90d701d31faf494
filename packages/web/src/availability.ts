import type {
  Availability,
  PlatformProperties,
  PlatformStorage,
  WebUnavailableReason,
} from '@keybound/client'
import { KeyboundError } from '@keybound/protocol'
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
  storage: Pick<PlatformStorage, 'get'>,
): Promise<Availability> {
  const reason = (await missing(environment, authenticators)) ?? (await blocked(storage))
  const properties = await propertiesOf(environment)
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
  try {
    if (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()) return undefined
  } catch {
    // A browser that cannot say has none that we could count on.
  }
  return 'noPlatformAuthenticator'
}

/** What a browser can show a server: little, and nothing that is proven. */
async function propertiesOf(environment: WebEnvironment): Promise<PlatformProperties> {
  return Object.freeze({
    hardwareProven: 'ifAuthenticatorAttests',
    biometricOnly: 'no',
    diesOnEnrolmentChange: 'no',
    deviceBound: 'ifNotBackedUp',
    appIdentity: 'origin',
    sealing: (await hasPrf(environment)) ? 'withoutPrompt' : 'none',
  })
}

/** Whether the browser evaluates the PRF; whether the authenticator does shows when a key is made or first used. */
async function hasPrf({ PublicKeyCredential }: WebEnvironment): Promise<boolean> {
  try {
    return (await PublicKeyCredential?.getClientCapabilities?.())?.['extension:prf'] === true
  } catch {
    return false
  }
}

async function blocked(storage: Pick<PlatformStorage, 'get'>): Promise<WebUnavailableReason | undefined> {
  try {
    await storage.get('')
    return undefined
  } catch {
    return 'storageBlocked'
  }
}
