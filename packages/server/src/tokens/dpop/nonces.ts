import { timingSafeEqual } from 'node:crypto'
import { type EpochSeconds, encodeBase64Url } from '@keybound/protocol'
import type { KeyProvider } from '../../keys/contract.ts'
import { BoundedMap } from '../internal/bounded-map.ts'

/** Hands out and recognises nonces without remembering any (RFC 9449 §8, §9). */
export interface DpopNonces {
  /** The nonce of this period, for the `DPoP-Nonce` header. */
  current(now: EpochSeconds): Promise<string>
  /** Whether it is the nonce of this period, of the one before, or of one that began on a server slightly ahead. */
  accepts(nonce: string, now: EpochSeconds): Promise<boolean>
}

export interface DpopNonceOptions {
  /** MAC keys of the purpose `dpop-nonce`. Processes that share them accept each other's nonces. */
  readonly keys: Pick<KeyProvider, 'list' | 'mac'>
  readonly realm: string
  /** Seconds until a new nonce is given out, 60 to 3600; each is accepted for one to two such periods. Default 300. */
  readonly period?: number
}

/** Seconds by which the server that gave a nonce may be ahead of the one that gets it. */
const clockTolerance = 10
/** Characters of a nonce: 132 bits, unpredictable (RFC 9449 §8) and too many to guess within a period. */
const nonceLength = 22

/**
 * Nonces are MACs of the running period: unpredictable, equal in all processes that share the key, worthless after
 * two periods, and they cost neither memory nor a look-up.
 */
export function createDpopNonces(options: DpopNonceOptions): DpopNonces {
  const { keys, realm, period = 300 } = options
  // Some periods of some keys: a nonce is computed once per period, not once per request.
  const known = new BoundedMap<string, string>(16)

  async function nonceOf(kid: string, index: number): Promise<string> {
    const cached = known.get(`${kid} ${index}`)
    if (cached !== undefined) return cached
    const message = new TextEncoder().encode(JSON.stringify(['keybound/dpop-nonce/v1', realm, index]))
    const nonce = encodeBase64Url(await keys.mac(kid, message)).slice(0, nonceLength)
    known.set(`${kid} ${index}`, nonce)
    return nonce
  }

  return {
    async current(now) {
      const listed = await keys.list('dpop-nonce')
      const active = listed.find((key) => key.activeFrom <= now) ?? listed.at(-1)
      return nonceOf(active?.kid ?? '', Math.floor(now / period))
    },
    async accepts(nonce, now) {
      if (nonce.length !== nonceLength) return false
      const indexes = new Set([now, now - period, now + clockTolerance].map((at) => Math.floor(at / period)))
      for (const { kid, acceptUntil } of await keys.list('dpop-nonce')) {
        if (acceptUntil <= now) continue
        for (const index of indexes) {
          if (equalText(nonce, await nonceOf(kid, index))) return true
        }
      }
      return false
    },
  }
}

/** Without telling by its duration how much was equal. */
function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
