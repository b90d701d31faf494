import type { RegistrationOptionsJSON } from '@keybound/protocol'
import { decodeBase64, parseDescriptor } from './bytes.ts'

/** What parseCreationOptionsFromJSON gives. */
export function parseCreationOptions(options: RegistrationOptionsJSON): PublicKeyCredentialCreationOptions {
  return {
    ...(options as object as PublicKeyCredentialCreationOptions),
    challenge: decodeBase64(options.challenge),
    user: { ...options.user, id: decodeBase64(options.user.id) },
    excludeCredentials: options.excludeCredentials.map(parseDescriptor),
  }
}
