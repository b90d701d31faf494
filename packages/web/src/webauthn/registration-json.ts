import type { RegistrationResponseJSON } from '@keybound/protocol'
import { encodeBase64 as encode } from './bytes.ts'
import { common } from './credential-json.ts'

/** What toJSON of a registration gives. */
export function registrationToJson(credential: PublicKeyCredential): RegistrationResponseJSON {
  const response = credential.response as AuthenticatorAttestationResponse
  return {
    ...common(credential),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      attestationObject: encode(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  }
}
