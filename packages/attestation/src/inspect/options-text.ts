import { KeyboundError } from '@keybound/protocol'
import { decodeBase64Url } from '@keybound/protocol/encoding'
import type { AppleApp } from '../apple/types.ts'
import type { AndroidApplication } from '../policy/android.ts'

// How people write what they expect, the same on the command line and in a page. What is not understood is undefined.

const hexadecimal = /^hex:((?:[0-9A-Fa-f]{2})*)$/

/** Bytes: base64url or base64, with the prefix `hex:` hexadecimal, with `text:` the UTF-8 of a text. */
export function readBytesText(text: string): Uint8Array | undefined {
  if (text.startsWith('text:')) return new TextEncoder().encode(text.slice(5))
  const [, digits] = hexadecimal.exec(text) ?? []
  if (digits !== undefined)
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  try {
    return decodeBase64Url(
      text
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace(/={1,2}$/, ''),
    )
  } catch (cause) {
    if (cause instanceof KeyboundError) return undefined
    throw cause
  }
}

const appleApp = /^([A-Z0-9]{10})\.([A-Za-z0-9.-]{1,155})$/
const androidApp = /^([A-Za-z0-9_.]{1,223})=([0-9A-Fa-f:]{64,95})$/

/** An app: `TEAMID1234.com.example.bank`, or `com.example.bank=` and the SHA-256 of its signing certificate. */
export function readAppText(text: string): AndroidApplication | AppleApp | undefined {
  const [, teamId, bundleId] = appleApp.exec(text) ?? []
  if (teamId !== undefined && bundleId !== undefined) return { teamId, bundleId }
  const [, packageName, digest] = androidApp.exec(text) ?? []
  return packageName === undefined || digest === undefined
    ? undefined
    : { packageName, signerDigests: [digest] }
}

/** A time in ISO 8601, the year first so that nobody reads month and day the other way round; or `created`. */
export function readTimeText(text: string): Date | 'created' | undefined {
  if (text === 'created') return text
  const date = new Date(text)
  return /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime()) ? date : undefined
}
