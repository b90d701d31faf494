import { z } from 'zod'
import type { AuthenticatorTransport } from '../wire/webauthn.ts'

/** Base64url without padding, of 1 to `maxBytes` bytes. Whether it is canonical is for the decoder to say. */
export function base64Url(maxBytes: number) {
  return z
    .string()
    .min(1)
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/, 'expected base64url without padding')
    .meta({ format: 'base64url' })
}

/** Seconds since the Unix epoch. */
export const epochSeconds = z.int().nonnegative()

/** An opaque account id of the host. */
export const accountId = z.string().min(1).max(128)

/** A token of this server (session, grant, device): opaque to everybody else, at most 1 KiB of text. */
export const opaqueToken = z.string().max(1024)

/** Longest credential id of WebAuthn L3 §4. */
export const credentialId = base64Url(1023)

/** See the wire type. Unknown values are kept (WebAuthn L3 §5.8.4 asks for it), in bounds. */
export const authenticatorTransport: z.ZodType<AuthenticatorTransport> = z.string().min(1).max(32)

export const assuranceLevel = z.enum(['W', 'L1', 'L2', 'R'])

export const acr = z.enum(['pwd', 'W', 'L1', 'L2', 'R'])
