import { KeyboundError } from '@keybound/protocol'
import type { CredentialRecord } from '../store/contract.ts'

/**
 * Refuses a credential that the judgement of its evidence suspended, with the code of that judgement. To be asked
 * after the signature was verified, so that only the holder of the key learns of it.
 */
export function requireOpenCredential({ suspendedBy }: CredentialRecord): void {
  if (suspendedBy === null) return
  throw new KeyboundError(
    suspendedBy,
    'Unexpected credential whose evidence no longer holds, expected one that satisfies the policy. Register another device.',
  )
}
