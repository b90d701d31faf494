import { timingSafeEqual } from 'node:crypto'
import { decodeBase64Url, type EpochSeconds, encodeBase64Url, KeyboundError } from '@keybound/protocol'
import type { KeyProvider } from '../../keys/contract.ts'

/** What a refresh token names. */
export interface RefreshTokenContent {
  /** Family id: 22 characters of base64url. */
  readonly family: string
  /** 0 to 2^31 − 1. */
  readonly generation: number
}

/** Where a refresh token is valid, and which keys make it. */
export interface RefreshTokenKeys {
  readonly keys: Pick<KeyProvider, 'list' | 'mac'>
  readonly realm: string
  readonly now: EpochSeconds
}

/** Begins every refresh token, so that scanners for leaked secrets can find one. */
const prefix = 'kbr1'
const form = /^kbr1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})\.(0|[1-9][0-9]{0,9})\.([A-Za-z0-9_-]{43})$/
const maxGeneration = 2 ** 31 - 1

/**
 * The token of a generation: `kbr1.{kid}.{family}.{generation}.{mac}`, where the MAC covers realm, key id, family and
 * generation. Derived, not drawn: asked again under the same key it is the same text, so that an answer which got lost
 * can be given again and the server stores no token.
 */
export async function mintRefreshToken(
  { family, generation }: RefreshTokenContent,
  { keys, realm, now }: RefreshTokenKeys,
): Promise<string> {
  const active = (await keys.list('refresh')).find(({ activeFrom }) => activeFrom <= now)
  if (active === undefined) {
    throw new KeyboundError(
      'key_unavailable',
      'Unexpected list of keys, expected an active one to refresh with.',
    )
  }
  const mac = encodeBase64Url(await keys.mac(active.kid, covered(realm, active.kid, family, generation)))
  return `${prefix}.${active.kid}.${family}.${generation}.${mac}`
}

/** Reads a token and checks its MAC. Refuses with `refresh_token_invalid`, in the same words for every reason. */
export async function readRefreshToken(
  text: string,
  { keys, realm, now }: RefreshTokenKeys,
): Promise<RefreshTokenContent> {
  const [, kid, family, digits, mac] = form.exec(text) ?? []
  if (kid === undefined || family === undefined || digits === undefined || mac === undefined) throw invalid()
  const generation = Number(digits)
  const key = (await keys.list('refresh')).find((info) => info.kid === kid && info.acceptUntil > now)
  if (key === undefined || generation > maxGeneration) throw invalid()
  const expected = await keys.mac(kid, covered(realm, kid, family, generation))
  if (!timingSafeEqual(expected, macBytes(mac))) throw invalid()
  return { family, generation }
}

/** 43 characters are 32 bytes, unless bits are left over. */
function macBytes(text: string): Uint8Array {
  try {
    return decodeBase64Url(text)
  } catch {
    throw invalid()
  }
}

/** JSON, so that no two contents share their bytes. */
function covered(realm: string, kid: string, family: string, generation: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(['keybound/refresh/v1', realm, kid, family, generation]))
}

function invalid(): KeyboundError {
  const message = 'Unexpected refresh token, expected one of this server. Sign in again.'
  return new KeyboundError('refresh_token_invalid', message, { rule: 'RFC 6749 §6' })
}
