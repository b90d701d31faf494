import type { ServerContext } from '../internal/context.ts'
import type { SessionRecord } from '../store/contract.ts'

/** The credential that opened the session, of whichever kind; null after a password. */
export async function sessionCredential(
  { realm, store }: ServerContext,
  { credentialId }: SessionRecord,
  family: string | undefined,
): Promise<string | null> {
  if (family === undefined) return credentialId
  return (await store.findFamily(realm, family))?.credentialId ?? null
}
