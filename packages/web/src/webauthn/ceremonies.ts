import {
  type AuthenticationOptionsJSON,
  type AuthenticationResponseJSON,
  KeyboundError,
  type RegistrationOptionsJSON,
  type RegistrationResponseJSON,
} from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import { refused, translate } from './errors.ts'
import {
  authenticationToJson,
  parseCreationOptions,
  parseRequestOptions,
  registrationToJson,
} from './json.ts'

/** Changes the options before the prompt, once they are parsed. */
export type Extend = <T extends { extensions?: AuthenticationExtensionsClientInputs }>(publicKey: T) => T

/** Makes a key: one prompt (WebAuthn L3 §5.1.3). */
export async function register(
  environment: WebEnvironment,
  options: RegistrationOptionsJSON,
  signal: AbortSignal,
): Promise<RegistrationResponseJSON> {
  const credential = await create(environment, options, signal)
  return toJson<RegistrationResponseJSON>(credential) ?? registrationToJson(credential)
}

/** The same with options changed, answered as the browser gives it. */
export function create(
  environment: WebEnvironment,
  options: RegistrationOptionsJSON,
  signal: AbortSignal,
  extend: Extend = (publicKey) => publicKey,
): Promise<PublicKeyCredential> {
  return prompt(environment, async (credentials, helpers) => {
    const publicKey = helpers?.parseCreationOptionsFromJSON
      ? helpers.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON)
      : parseCreationOptions(options)
    return credentials.create({ publicKey: extend(publicKey), signal })
  })
}

/** Uses a key: one prompt (WebAuthn L3 §5.1.4). */
export async function authenticate(
  environment: WebEnvironment,
  options: AuthenticationOptionsJSON,
  signal: AbortSignal,
): Promise<AuthenticationResponseJSON> {
  const credential = await get(environment, options, signal)
  return toJson<AuthenticationResponseJSON>(credential) ?? authenticationToJson(credential)
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
      : parseRequestOptions(options)
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

async function prompt(
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

/** The browser's own conversion, where the credential has one. */
function toJson<T>(credential: PublicKeyCredential): T | undefined {
  return credential.toJSON?.() as T | undefined
}
