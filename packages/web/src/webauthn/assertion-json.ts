import type { AuthenticationResponseJSON } from '@keybound/protocol'
import { encodeBase64 as encode } from './bytes.ts'
import { common } from './credential-json.ts'

/** What toJSON of an assertion gives. */
export function authenticationToJson(credential: PublicKeyCredential): AuthenticationResponseJSON {
  const response = credential.response as AuthenticatorAssertionResponse
  return {
    ...common(credential),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      authenticatorData: encode(response.authenticatorData),
      signature: encode(response.signature),
      ...(response.userHandle && { userHandle: encode(response.userHandle) }),
    },
  }
}
