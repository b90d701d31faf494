import type { VerifiedAuthentication } from '@keybound/attestation'
import { KeyboundError } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { CredentialRecord } from '../store/contract.ts'

/**
 * Refuses a credential that signs where it does not live (`origin_mismatch`), one of development whose day is over
 * (`credential_expired`), and one that the judgement of its evidence suspended, with the code of that judgement. To be
 * asked after the signature was verified, so that only the holder of the key learns of it.
 */
export function requireOpenCredential(
  { origins, now }: ServerContext,
  { platform, expiresAt, suspendedBy }: CredentialRecord,
  { origin }: VerifiedAuthentication,
): void {
  if (!origins[platform].includes(origin)) {
    throw new KeyboundError(
      'origin_mismatch',
      'Unexpected origin, expected one of where the key was registered. Sign in with it there.',
      { rule: 'WebAuthn L3 §7.2 step 12' },
    )
  }
  if (expiresAt !== null && expiresAt <= now()) {
    throw new KeyboundError(
      'credential_expired',
      'Unexpected age of a credential of development, expected at most 24 hours. Register again.',
    )
  }
  if (suspendedBy === null) return
  throw new KeyboundError(
    suspendedBy,
    'Unexpected credential whose evidence no longer holds, expected one that satisfies the policy. Register another device.',
  )
}
