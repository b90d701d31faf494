import { z } from 'zod'
import { authenticatorTransport, base64Url, credentialId } from './primitives.ts'

/**
 * What browsers and authenticators answer: known members are typed and bounded, unknown ones are let through,
 * because browsers add members (WebAuthn L3 §5.1.8). None of the unknown ones is read.
 */
const clientDataJSON = base64Url(4096)
const extensionResults = z.record(z.string().max(64), z.unknown())

export const registrationResponse = z.looseObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.looseObject({
    clientDataJSON,
    attestationObject: base64Url(32_768),
    transports: z.array(authenticatorTransport).max(16).exactOptional(),
  }),
  authenticatorAttachment: z.string().max(32).exactOptional(),
  clientExtensionResults: extensionResults,
})

export const authenticationResponse = z.looseObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.looseObject({
    clientDataJSON,
    authenticatorData: base64Url(4096),
    signature: base64Url(2048),
    userHandle: base64Url(64).exactOptional(),
  }),
  authenticatorAttachment: z.string().max(32).exactOptional(),
  clientExtensionResults: extensionResults,
})

const coseAlgorithm = z.literal([
  -7, -8, -9, -19, -35, -36, -37, -38, -39, -48, -49, -50, -51, -52, -53, -257,
])

export const credentialDescriptor = z.strictObject({
  type: z.literal('public-key'),
  id: credentialId,
  transports: z.array(authenticatorTransport).exactOptional(),
})

export const registrationOptions = z.strictObject({
  rp: z.strictObject({ id: z.string(), name: z.string() }),
  user: z.strictObject({ id: base64Url(64), name: z.string(), displayName: z.string() }),
  challenge: base64Url(1024),
  pubKeyCredParams: z.array(z.strictObject({ type: z.literal('public-key'), alg: coseAlgorithm })),
  timeout: z.int().positive(),
  excludeCredentials: z.array(credentialDescriptor),
  authenticatorSelection: z.strictObject({
    authenticatorAttachment: z.enum(['platform', 'cross-platform']).exactOptional(),
    residentKey: z.enum(['required', 'preferred', 'discouraged']),
    requireResidentKey: z.boolean(),
    userVerification: z.literal('required'),
  }),
  attestation: z.enum(['none', 'indirect', 'direct', 'enterprise']),
  extensions: z.record(z.string(), z.unknown()).exactOptional(),
})

export const authenticationOptions = z.strictObject({
  challenge: base64Url(1024),
  rpId: z.string(),
  timeout: z.int().positive(),
  allowCredentials: z.array(credentialDescriptor),
  userVerification: z.literal('required'),
  extensions: z.record(z.string(), z.unknown()).exactOptional(),
})
