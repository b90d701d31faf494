import { KeyboundError } from '@keybound/protocol'
import type { CredentialRecord } from '../store/contract.ts'

/** A key of that account. Refuses any other with `credential_unknown`. */
export function requireOwn(credential: CredentialRecord | undefined, account: string): CredentialRecord {
  if (credential?.account === account) return credential
  throw new KeyboundError(
    'credential_unknown',
    'Unexpected credential, expected one of this account. Approve with a key that is registered.',
  )
}
