import type { RegistrationOptionsJSON, RegistrationResponseJSON } from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import { type Extend, fallback, prompt } from './ceremonies.ts'

/** Makes a key: one prompt (WebAuthn L3 §5.1.3). */
export async function register(
  environment: WebEnvironment,
  options: RegistrationOptionsJSON,
  signal: AbortSignal,
): Promise<RegistrationResponseJSON> {
  const credential = await create(environment, options, signal)
  try {
    return credential.toJSON() as unknown as RegistrationResponseJSON
  } catch {
    // As in `authenticate`.
    return (await fallback()).registrationToJson(credential)
  }
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
      : (await fallback()).parseCreationOptions(options)
    return credentials.create({ publicKey: extend(publicKey), signal })
  })
}
