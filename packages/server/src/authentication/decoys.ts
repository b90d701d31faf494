import { hash } from 'node:crypto'
import type { CredentialDescriptorJSON } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import { activeKey } from '../ticket/tickets.ts'

/** What platform authenticators make: length of the id in bytes, and how it is reached. */
const shapes = [
  { length: 16, transports: ['hybrid', 'internal'] },
  { length: 20, transports: ['hybrid', 'internal'] },
  { length: 32, transports: ['internal'] },
] as const

/**
 * The credential that an account without one seems to have (attack F01): always the same for the same name, not to be
 * told from a real one, and impossible to compute without the key.
 */
export async function decoyCredential(
  { keys, realm, now }: ServerContext,
  account: string,
): Promise<CredentialDescriptorJSON> {
  const { kid } = activeKey(await keys.list('decoy'), now())
  const id = Buffer.from(await keys.mac(kid, Buffer.from(`keybound/decoy/v1\0${realm}\0${account}`)))
  const { length, transports } = shapes[(hash('sha256', id, 'buffer')[0] ?? 0) % shapes.length] ?? shapes[0]
  return { type: 'public-key', id: id.toString('base64url', 0, length), transports }
}
