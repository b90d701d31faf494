import { KeyboundError } from '@keybound/protocol'
import type { CredentialRecord } from '../store/contract.ts'
import type { TransactionContext } from './context.ts'

/** A key of that account. Refuses any other with `credential_unknown`. */
export async function requireCredential(
  { server }: TransactionContext,
  id: string,
  account: string,
): Promise<CredentialRecord> {
  const credential = await server.store.findCredential(server.realm, id)
  if (credential?.account === account) return credential
  throw new KeyboundError(
    'credential_unknown',
    'Unexpected credential, expected one of this account. Approve with a key that is registered.',
  )
}
