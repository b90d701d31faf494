import { z } from 'zod'
import { device, devicePlatform } from './devices.ts'
import {
  accountId,
  acr,
  assuranceLevel,
  authenticatorTransport,
  base64Url,
  credentialId,
  epochSeconds,
  opaqueToken,
} from './primitives.ts'
import { authenticationResponse, credentialDescriptor, registrationResponse } from './webauthn.ts'

/** Letters, marks, spaces and symbols of any script; no control and no bidirectional characters. */
const plainText = /^[^\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$/u

// Requests: strict, unknown members are refused.

/** Bounded far above any policy, so that the length says nothing and Argon2 is never fed a megabyte. */
export const passwordSignInRequest = z.strictObject({
  username: z.string().min(1).max(256),
  password: z.string().min(1).max(1024),
  deviceToken: opaqueToken.exactOptional(),
})

export const registrationOptionsRequest = z.strictObject({ grant: opaqueToken })

export const registrationRequest = z.strictObject({
  grant: opaqueToken,
  operationId: base64Url(64).min(22, 'expected at least 16 random bytes'),
  response: registrationResponse,
  name: z.string().max(64).regex(plainText, 'expected printable text').exactOptional(),
  device: device.exactOptional(),
  replaces: credentialId.exactOptional(),
})

export const authenticationOptionsRequest = z.strictObject({
  account: accountId.exactOptional(),
  dpopJkt: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'expected a SHA-256 thumbprint')
    .exactOptional(),
})

export const authenticationRequest = z.strictObject({ response: authenticationResponse })

export const approvalRequest = z.strictObject({ response: authenticationResponse })

// Answers: for the API description and for clients' tests.

export const session = z.strictObject({
  token: opaqueToken,
  account: accountId,
  acr,
  authTime: epochSeconds,
  expiresAt: epochSeconds,
})

export const registrationGrant = z.strictObject({ token: opaqueToken, expiresAt: epochSeconds })

export const signInAnswer = z.strictObject({
  session,
  registrationGrant: registrationGrant.exactOptional(),
  deviceToken: opaqueToken,
})

export const credential = z.strictObject({
  id: credentialId,
  name: z.string(),
  level: assuranceLevel,
  platform: devicePlatform,
  current: z.boolean(),
  backupEligible: z.boolean(),
  backedUp: z.boolean(),
  transports: z.array(authenticatorTransport),
  createdAt: epochSeconds,
  lastUsedAt: epochSeconds.nullable(),
  probationUntil: epochSeconds.nullable(),
  expiresAt: epochSeconds.nullable(),
})

export const registrationAnswer = z.strictObject({ credential })

export const credentialsAnswer = z.strictObject({ credentials: z.array(credential) })

export const sessionAnswer = z.strictObject({
  account: accountId,
  acr,
  authTime: epochSeconds,
  expiresAt: epochSeconds,
})

export const tokenAcr = z.templateLiteral([acr, z.enum(['', '.refreshed'])])

export const tokenAnswer = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('DPoP'),
  expires_in: z.int().positive(),
  refresh_token: z.string(),
  account: accountId,
  acr: tokenAcr,
  auth_time: epochSeconds,
})

export const familiesAnswer = z.strictObject({
  sessions: z.array(
    z.strictObject({
      id: base64Url(16),
      clientId: z.string(),
      credentialId: credentialId.nullable(),
      acr,
      authTime: epochSeconds,
      lastActiveAt: epochSeconds,
      expiresAt: epochSeconds,
      current: z.boolean(),
    }),
  ),
})

export const transactionAnswer = z.strictObject({
  id: base64Url(16),
  status: z.enum(['open', 'approved', 'expired']),
  realm: z.string(),
  account: accountId,
  statement: z.string(),
  nonce: base64Url(32),
  expiresAt: epochSeconds,
  level: assuranceLevel,
  stepUp: z.boolean(),
  options: z.strictObject({
    rpId: z.string(),
    timeout: z.int().nonnegative(),
    allowCredentials: z.array(credentialDescriptor),
    userVerification: z.literal('required'),
  }),
  receipt: z.string().exactOptional(),
})

export const approvalAnswer = z.strictObject({ receipt: z.string() })

export const receiptKeysAnswer = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: base64Url(32),
      y: base64Url(32),
      kid: z.string(),
    }),
  ),
})
