import { type VerifiedAuthentication, verifyAuthentication } from '@keybound/attestation'
import type { AuthenticationResponseJSON, Base64Url } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { CredentialRecord } from '../store/contract.ts'

/** What a signature is judged against: a stored key, or a decoy in its place. */
export interface SigningCredential
  extends Pick<CredentialRecord, 'id' | 'publicKey' | 'signCount' | 'backupEligible'> {
  readonly userHandle: Uint8Array
}

/** What the caller found out about the challenge before. */
export interface SignedChallenge {
  readonly text: Base64Url
  /** Nothing was offered, so the user handle must say whose credential this is. */
  readonly discoverable: boolean
}

/**
 * Verifies an assertion as this server asks for it, for a sign-in and for an approval alike (WebAuthn L3 §7.2): its
 * origins and relying party, the user verified, the counter by policy. That the origin is one of the credential's platform
 * is for `requireOpenCredential` to say, afterwards. Refuses as `verifyAuthentication`.
 */
export function verifySignature(
  { relyingParty, origins, policy }: ServerContext,
  response: AuthenticationResponseJSON,
  { id: text, publicKey, signCount, backupEligible, userHandle }: SigningCredential,
  challenge: SignedChallenge,
): Promise<VerifiedAuthentication> {
  const id = Buffer.from(text, 'base64url')
  return verifyAuthentication({
    response,
    expected: {
      challenge: challenge.text,
      origins: [...origins.web, ...origins.android, ...origins.ios],
      rpId: relyingParty.id,
      userVerification: 'required',
      signCount: policy.authentication.signCount,
      allowCredentials: challenge.discoverable ? [] : [id],
    },
    credential: { id, publicKey, signCount, backupEligible, userHandle },
  })
}
