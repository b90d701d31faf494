import { timingSafeEqual } from 'node:crypto'
import type { CredentialDescriptorJSON } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import { accountTag } from '../ticket/format.ts'
import { activeKey } from '../ticket/tickets.ts'

/** What platform authenticators make: length of the id in bytes, how it is reached, whether it may be backed up. */
const shapes = [
  { length: 16, transports: ['hybrid', 'internal'], backupEligible: true },
  { length: 20, transports: ['hybrid', 'internal'], backupEligible: true },
  { length: 32, transports: ['internal'], backupEligible: false },
] as const

/**
 * A key (COSE, ES256) that nobody holds the private half of, so that a decoy is verified, and refused, like a real
 * credential: the point of P-256 with even y whose x is SHA-256("keybound/decoy-key/v1/3").
 */
const publicKey: Uint8Array = Buffer.from(
  'a5010203262001' +
    '215820b77c4913685815f795b5275f76373317575dbbe771e78a04e592341c46cf6dc9' +
    '225820f54c560f5cc0a2b0ef6cd4da494dac0223de605cf51ed7a1cc32bd7224fcafc8',
  'hex',
)

/** What a decoy is verified against, so that it fails where a real credential would. */
export interface Decoy {
  readonly id: string
  readonly publicKey: Uint8Array
  readonly backupEligible: boolean
  /** Begin of the account it was made for, as in tickets. */
  readonly isFor: (tag: Uint8Array) => Promise<boolean>
}

/**
 * The credential that an account without one seems to have (attack F01): always the same for the same name, not to be
 * told from a real one, and impossible to compute without the key. The server itself knows a decoy by its second half,
 * a MAC over the first, and refuses it like a real credential with a wrong signature. What stays visible: an account
 * with several keys shows several.
 */
export function decoyCredential(context: ServerContext, account: string): Promise<CredentialDescriptorJSON> {
  return decoyOf(context, accountTag(context.realm, account))
}

/** The decoy of this id, or undefined for any other id. */
export async function recogniseDecoy(context: ServerContext, id: string): Promise<Decoy | undefined> {
  const bytes = Buffer.from(id, 'base64url')
  const shape = shapes.find(({ length }) => length === bytes.length)
  // Another text of the same bytes is no id that anybody was given; the store does not find such a one either.
  if (shape === undefined || bytes.toString('base64url') !== id) return undefined
  const half = shape.length / 2
  const check = (await mac(context, 'check', bytes.subarray(0, half))).subarray(0, half)
  if (!timingSafeEqual(check, bytes.subarray(half))) return undefined
  const { backupEligible } = shape
  const isFor = async (tag: Uint8Array) => (await decoyOf(context, tag)).id === id
  return { id, publicKey, backupEligible, isFor }
}

async function decoyOf(context: ServerContext, tag: Uint8Array): Promise<CredentialDescriptorJSON> {
  const seed = await mac(context, 'id', tag)
  const { length, transports } = shapes[(seed.at(-1) ?? 0) % shapes.length] ?? shapes[0]
  const begin = seed.subarray(0, length / 2)
  const end = (await mac(context, 'check', begin)).subarray(0, length / 2)
  return { type: 'public-key', id: Buffer.concat([begin, end]).toString('base64url'), transports }
}

async function mac(
  { keys, realm, now }: ServerContext,
  use: 'id' | 'check',
  bytes: Uint8Array,
): Promise<Buffer> {
  const { kid } = activeKey(await keys.list('decoy'), now())
  const name = Buffer.from(`keybound/decoy-${use}/v1\0${realm}\0`)
  return Buffer.from(await keys.mac(kid, Buffer.concat([name, bytes])))
}
