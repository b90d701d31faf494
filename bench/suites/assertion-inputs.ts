import { createHash, createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { type VerifyAuthenticationOptions, verifyRegistration } from '@keybound/attestation'
import type { AuthenticationOptionsJSON, RegistrationOptionsJSON } from '@keybound/protocol'
import type { VerifyAuthenticationResponseOpts } from '@simplewebauthn/server'
import { createAuthenticator } from '../../test/support/authenticator.ts'

/** One signed assertion, in the form that each side takes. */
export interface Assertion {
  readonly keybound: VerifyAuthenticationOptions
  readonly simpleWebAuthn: VerifyAuthenticationResponseOpts
  /** What the authenticator signed: authenticator data and the hash of the client data. */
  readonly signed: Buffer
  readonly signature: Buffer
  readonly key: KeyObject
  readonly spki: Buffer
}

const origin = 'https://bank.example'
const rpId = 'bank.example'
const ceremony = { timeout: 60_000, rpId, userVerification: 'required' } as const

/** Registers this many keys and lets each sign one assertion. */
export async function makeAssertions(count: number): Promise<readonly Assertion[]> {
  const authenticator = createAuthenticator({ origin, signCount: 'rising' })
  const assertions: Assertion[] = []
  for (let index = 0; index < count; index++) {
    const registrationOptions = registrationOf(`account ${index}`)
    const registration = await verifyRegistration({
      response: authenticator.register(registrationOptions),
      expected: { challenge: registrationOptions.challenge, origins: [origin], rpId },
      trust: { roots: [] },
      issuedAt: new Date('2026-11-01'),
      now: new Date('2026-11-01'),
    })
    const id = Buffer.from(registration.credentialId).toString('base64url')
    const options: AuthenticationOptionsJSON = {
      ...ceremony,
      challenge: randomBytes(32).toString('base64url'),
      allowCredentials: [{ type: 'public-key', id }],
    }
    // As a server gets it: parsed from the text of a request.
    const response = JSON.parse(JSON.stringify(authenticator.authenticate(options))) as ReturnType<
      typeof authenticator.authenticate
    >
    const clientData = Buffer.from(response.response.clientDataJSON, 'base64url')
    const authenticatorData = Buffer.from(response.response.authenticatorData, 'base64url')
    const own = authenticator.credentials.at(-1)?.publicKey as KeyObject
    const spki = own.export({ format: 'der', type: 'spki' })
    assertions.push({
      keybound: {
        response,
        expected: {
          challenge: options.challenge,
          origins: [origin],
          rpId,
          allowCredentials: [registration.credentialId],
        },
        credential: {
          id: registration.credentialId,
          publicKey: registration.publicKey,
          signCount: registration.signCount,
          backupEligible: registration.backupEligible,
          userHandle: Buffer.from(registrationOptions.user.id, 'base64url'),
        },
      },
      simpleWebAuthn: {
        response: response as VerifyAuthenticationResponseOpts['response'],
        expectedChallenge: options.challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        credential: {
          id,
          publicKey: Uint8Array.from(registration.publicKey),
          counter: registration.signCount,
        },
      },
      signed: Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]),
      signature: Buffer.from(response.response.signature, 'base64url'),
      key: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
      spki,
    })
  }
  return assertions
}

function registrationOf(name: string): RegistrationOptionsJSON {
  return {
    rp: { id: rpId, name: 'Bank' },
    user: { id: randomBytes(16).toString('base64url'), name, displayName: name },
    challenge: randomBytes(32).toString('base64url'),
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    timeout: ceremony.timeout,
    excludeCredentials: [],
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  }
}
