import type { AuthenticationOptionsJSON } from '@keybound/protocol'
import { decodeBase64, parseDescriptor } from './bytes.ts'

/** What parseRequestOptionsFromJSON gives. */
export function parseRequestOptions(options: AuthenticationOptionsJSON): PublicKeyCredentialRequestOptions {
  return {
    ...(options as object as PublicKeyCredentialRequestOptions),
    challenge: decodeBase64(options.challenge),
    allowCredentials: options.allowCredentials.map(parseDescriptor),
  }
}
