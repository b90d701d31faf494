import {
  type AuthenticationOptionsJSON,
  type AuthenticationResponseJSON,
  KeyboundError,
} from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import { loadPart } from '../load-part.ts'
import { refused, translate } from './errors.ts'

/** Changes the options before the prompt, once they are parsed. */
export type Extend = <T extends { extensions?: AuthenticationExtensionsClientInputs }>(publicKey: T) => T

/** Uses a key: one prompt (WebAuthn L3 §5.1.4). */
export async function authenticate(
  environment: WebEnvironment,
  options: AuthenticationOptionsJSON,
  signal: AbortSignal,
): Promise<AuthenticationResponseJSON> {
  const credential = await get(environment, options, signal)
  try {
    return credential.toJSON() as unknown as AuthenticationResponseJSON
  } catch {
    // It has none, or inherits the browser's, which refuses what a password manager made.
    return (await fallback()).authenticationToJson(credential)
  }
}

/** The same with options changed, answered as the browser gives it. */
export function get(
  environment: WebEnvironment,
  options: AuthenticationOptionsJSON,
  signal: AbortSignal,
  extend: Extend = (publicKey) => publicKey,
): Promise<PublicKeyCredential> {
  return prompt(environment, async (credentials, helpers) => {
    const publicKey = helpers?.parseRequestOptionsFromJSON
      ? helpers.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON)
      : (await fallback()).parseRequestOptions(options)
    return credentials.get({ publicKey: extend(publicKey), signal })
  })
}

/** Lets the authenticator hide a credential the server does not know (WebAuthn L3 §5.1.10.2), where it can. */
export async function forget(
  { PublicKeyCredential }: WebEnvironment,
  rpId: string,
  credentialId: string,
): Promise<void> {
  try {
    await PublicKeyCredential?.signalUnknownCredential?.({ rpId, credentialId })
  } catch {
    // A hint to the authenticator: nothing depends on it.
  }
}

/** Opens a prompt, and says what it means when it fails. */
export async function prompt(
  environment: WebEnvironment,
  open: (
    credentials: CredentialsContainer,
    helpers: typeof PublicKeyCredential | undefined,
  ) => Promise<Credential | null>,
): Promise<PublicKeyCredential> {
  try {
    const { navigator, PublicKeyCredential } = environment
    const credential = await open(navigator?.credentials as CredentialsContainer, PublicKeyCredential)
    if (credential) return credential as PublicKeyCredential
  } catch (error) {
    throw translate(error)
  }
  throw new KeyboundError(...refused)
}

/** The conversions for browsers without them. */
export const fallback = () => loadPart(() => import('./fallback.ts'))
