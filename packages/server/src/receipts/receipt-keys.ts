import { type EpochSeconds, KeyboundError, type ReceiptKeysAnswer } from '@keybound/protocol'
import { type ReceiptKeyLink, receiptKeyBytes } from '@keybound/protocol/transactions'
import type { KeyInfo, KeyProvider } from '../keys/contract.ts'

/** Most keys that a receipt may name (docs/transactions.md). */
const mostLinks = 64

type ReceiptKeys = Pick<KeyProvider, 'list' | 'sign'>

/** The active receipt key with those before it that the provider still has, oldest first: 64 at most. */
export interface ReceiptKeyChain {
  readonly kid: string
  readonly links: readonly ReceiptKeyLink[]
}

/** Makes chains, and signs each endorsement once a process. */
export function createReceiptKeyChain(keys: ReceiptKeys): (now: EpochSeconds) => Promise<ReceiptKeyChain> {
  const endorsements = new Map<string, string>()

  async function linkOf(key: KeyInfo, before: KeyInfo | undefined): Promise<ReceiptKeyLink> {
    const { kid, activeFrom, publicKey } = key
    if (publicKey === undefined) throw unavailable('receipt key without public key')
    const { x, y } = publicKey
    const link = { kid, x, y, activeFrom }
    if (before === undefined) return { ...link, endorsement: null }
    const known = endorsements.get(kid)
    if (known !== undefined) return { ...link, endorsement: known }
    const signature = await keys.sign(before.kid, receiptKeyBytes(link))
    const endorsement = Buffer.from(signature).toString('base64url')
    endorsements.set(kid, endorsement)
    return { ...link, endorsement }
  }

  return async (now) => {
    const listed = await keys.list('receipt')
    const used = listed
      .filter(({ activeFrom }) => activeFrom <= now)
      .slice(0, mostLinks)
      .reverse()
    const active = used.at(-1)
    if (active === undefined) throw unavailable('absence of an active receipt key')
    const links = await Promise.all(used.map((key, index) => linkOf(key, used[index - 1])))
    return { kid: active.kid, links }
  }
}

/** What verifiers keep: every key there is, also the one that is to come. */
export async function receiptKeys({ list }: Pick<KeyProvider, 'list'>): Promise<ReceiptKeysAnswer> {
  const keys = (await list('receipt')).flatMap(({ kid, publicKey }) =>
    publicKey === undefined
      ? []
      : [{ kty: publicKey.kty, crv: publicKey.crv, x: publicKey.x, y: publicKey.y, kid }],
  )
  return { keys }
}

function unavailable(found: string): KeyboundError {
  const message = `Unexpected ${found}, expected an active one with its public key. Check the key provider.`
  return new KeyboundError('key_unavailable', message)
}
