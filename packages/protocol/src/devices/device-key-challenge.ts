import { decodeBase64Url } from '../encoding/decode-base64url.ts'
import type { Sha256 } from '../transactions/challenge.ts'
import type { Base64Url } from '../wire/webauthn.ts'

/** The keys that are made before there is client data, and so are attested for the challenge alone. */
export type AttestedDeviceRole = 'sealing' | 'proof'

/**
 * The attestation challenge of a phone's sealing or proof key, 32 bytes:
 *
 *     SHA-256("keybound/sealing/v1" ‖ 00 ‖ challenge)    SHA-256("keybound/proof/v1" ‖ 00 ‖ challenge)
 *
 * with the bytes of the challenge in the registration options. One label for each role, so that the chain of one key
 * never serves as that of the other. Phone and server compute it alike. Refuses with `malformed_encoding`.
 */
export async function deviceKeyChallenge(
  role: AttestedDeviceRole,
  challenge: Base64Url,
  sha256: Sha256,
): Promise<Uint8Array> {
  const label = new TextEncoder().encode(`keybound/${role}/v1\0`)
  const bytes = decodeBase64Url(challenge)
  const input = new Uint8Array(label.length + bytes.length)
  input.set(label)
  input.set(bytes, label.length)
  return sha256(input)
}
