import { z } from 'zod'
import { base64Url, credentialId, epochSeconds } from './primitives.ts'

export const devicePlatform = z.enum(['web', 'android', 'ios'])

/** Chains of today have 3 to 6 certificates of about 1 kB each; what is too many or too large is refused unread. */
const chain = z.array(base64Url(8_192)).min(1).max(10)
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 bytes in base64url')

const android = z.strictObject({ platform: z.literal('android'), sealingChain: chain, proofChain: chain })

const ios = z.strictObject({
  platform: z.literal('ios'),
  keyId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 bytes in base64url')
    .exactOptional(),
  attestationObject: base64Url(16_384).exactOptional(),
  sealingKey: base64Url(128),
  proofKey: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
  }),
})

/** What a phone registers beside its signing key. */
export const device = z.discriminatedUnion('platform', [android, ios])

export const noticesAnswer = z.strictObject({
  notices: z.array(
    z.strictObject({
      id: base64Url(64),
      type: z.enum(['credentialRegistered', 'credentialRemoved']),
      credentialId,
      name: z.string(),
      platform: devicePlatform,
      at: epochSeconds,
    }),
  ),
})

const recoveryKid = z.string().regex(/^[A-Za-z0-9_-]{11}$/, 'expected 8 bytes in base64url')

export const recoveryPublicKeyAnswer = z.strictObject({ kid: recoveryKid, publicKey: base64Url(65) })

const point = z
  .string()
  .regex(/^B[A-P][A-Za-z0-9_-]{85}$/, 'expected an uncompressed point of P-256 in base64url')
const wrappedKey = z.strictObject({
  epk: point,
  wrapped: z.string().regex(/^[A-Za-z0-9_-]{64}$/, 'expected 48 bytes in base64url'),
})
export const recoveryRequest = z.strictObject({
  publicKey: point,
  keys: z
    .array(z.strictObject({ ...wrappedKey.shape, kid: recoveryKid }))
    .min(1)
    .max(64),
})
export const recoveryAnswer = z.strictObject({ keys: z.array(wrappedKey.nullable()) })
