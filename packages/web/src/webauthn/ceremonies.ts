import { fetchPart, promptRefused } from '@keybound/client/for-platforms'
import type {
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  RegistrationOptionsJSON,
  RegistrationResponseJSON,
} from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import { translate } from './errors.ts'

/** Makes a key (WebAuthn L3 §5.1.3) or uses one (§5.1.4), under the names they have in `navigator.credentials`. */
export interface Ceremonies {
  readonly create: { readonly options: RegistrationOptionsJSON; readonly response: RegistrationResponseJSON }
  readonly get: { readonly options: AuthenticationOptionsJSON; readonly response: AuthenticationResponseJSON }
}

/** Changes the options before the prompt, once they are parsed. */
export type Extend = <T extends { extensions?: AuthenticationExtensionsClientInputs }>(publicKey: T) => T

/** What parses the options of a ceremony. */
const parsers = { create: 'parseCreationOptionsFromJSON', get: 'parseRequestOptionsFromJSON' } as const

/** One prompt, answered as JSON. */
export async function perform<C extends keyof Ceremonies>(
  ceremony: C,
  environment: WebEnvironment,
  options: Ceremonies[C]['options'],
  signal: AbortSignal,
): Promise<Ceremonies[C]['response']> {
  const credential = await prompt(ceremony, environment, options, signal)
  try {
    return credential.toJSON() as Ceremonies[C]['response']
  } catch {
    // It has none, or inherits the browser's, which refuses what a password manager made.
    return (await fallback())[ceremony].toJSON(credential) as Ceremonies[C]['response']
  }
}

/** The same with options changed, answered as the browser gives it. Says what it means when it fails. */
export async function prompt<C extends keyof Ceremonies>(
  ceremony: C,
  { navigator, PublicKeyCredential }: WebEnvironment,
  options: Ceremonies[C]['options'],
  signal: AbortSignal,
  extend: Extend = (publicKey) => publicKey,
): Promise<PublicKeyCredential> {
  try {
    const parsed =
      PublicKeyCredential?.[parsers[ceremony]]?.(options as never) ??
      (await fallback())[ceremony].parse(options as never)
    const publicKey = extend(parsed as PublicKeyCredentialCreationOptions & PublicKeyCredentialRequestOptions)
    const credential = await navigator?.credentials?.[ceremony]({ publicKey, signal })
    if (credential) return credential as PublicKeyCredential
  } catch (error) {
    throw translate(error)
  }
  throw promptRefused()
}

/** The conversions for browsers without them. */
const fallback = () => fetchPart(() => import('./fallback.ts'))
