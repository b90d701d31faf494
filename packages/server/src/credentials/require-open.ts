import type { VerifiedAuthentication } from '@keybound/attestation'
import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { CredentialRecord } from '../store/contract.ts'

/**
 * Refuses a credential that signs where it does not live (`origin_mismatch`), one of development whose day is over
 * (`credential_expired`), and one that the judgement of its evidence suspended, with the code of that judgement. To be
 * asked after the signature was verified, so that only the holder of the key learns of it.
 */
export function requireOpenCredential(
  context: ServerContext,
  credential: CredentialRecord,
  { origin }: VerifiedAuthentication,
): void {
  if (!context.origins[credential.platform].includes(origin)) {
    throw new KeyboundError(
      'origin_mismatch',
      'Unexpected origin, expected one of where the key was registered. Sign in with it there.',
      { rule: 'WebAuthn L3 §7.2 step 12' },
    )
  }
  requireUnclosed(context, credential)
}

/** What can be refused of a credential before it signs: `credential_expired`, or the code that it was suspended with. */
export function requireUnclosed(context: ServerContext, credential: CredentialRecord): void {
  const code = closedBy(context, credential)
  if (code === undefined) return
  throw new KeyboundError(
    code,
    code === 'credential_expired'
      ? 'Unexpected age of a credential of development, expected at most 24 hours. Register again.'
      : 'Unexpected credential whose evidence no longer holds, expected one that satisfies the policy. Register another device.',
  )
}

/** The same as a question. */
export function isOpenCredential(context: ServerContext, credential: CredentialRecord): boolean {
  return closedBy(context, credential) === undefined
}

function closedBy(
  { now }: ServerContext,
  { expiresAt, suspendedBy }: CredentialRecord,
): ErrorCode | undefined {
  if (expiresAt !== null && expiresAt <= now()) return 'credential_expired'
  return suspendedBy ?? undefined
}
