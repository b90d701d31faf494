import { createHash } from 'node:crypto'
import { parseAttestationObject, parseAuthenticatorData } from '@keybound/attestation'
import { createAuthenticator } from '../../../test/support/authenticator.ts'
import { origin, rpId, type SeedCredential } from './exchange.ts'
import type { User } from './load.ts'

const challenge = Buffer.alloc(32, 7).toString('base64url')

/** Users with a key each: what the client needs to sign, and what the servers need to know. */
export async function makeUsers(
  count: number,
): Promise<{ readonly users: readonly User[]; readonly credentials: readonly SeedCredential[] }> {
  const users: User[] = []
  const credentials: SeedCredential[] = []
  for (let index = 0; index < count; index++) {
    const account = `account-${index}`
    const authenticator = createAuthenticator({ origin })
    const registration = authenticator.register({
      rp: { id: rpId, name: 'Bench' },
      user: { id: Buffer.from(account).toString('base64url'), name: account, displayName: account },
      challenge,
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      timeout: 60_000,
      excludeCredentials: [],
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
      },
      attestation: 'none',
    })
    const [credential] = authenticator.credentials
    if (credential === undefined)
      throw new Error('Unexpected authenticator without credential, expected one.')
    users.push({ account, authenticator, credential })

    const object = parseAttestationObject(Buffer.from(registration.response.attestationObject, 'base64url'))
    const { attestedCredential } = parseAuthenticatorData(object.authenticatorData)
    const assertion = authenticator.authenticate({
      challenge,
      rpId,
      timeout: 60_000,
      allowCredentials: [],
      userVerification: 'required',
    }).response
    const clientDataHash = createHash('sha256')
      .update(Buffer.from(assertion.clientDataJSON, 'base64url'))
      .digest()
    credentials.push({
      id: credential.id,
      account,
      coseKey: Buffer.from(attestedCredential?.publicKey ?? []).toString('base64url'),
      spki: credential.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
      signed: Buffer.concat([Buffer.from(assertion.authenticatorData, 'base64url'), clientDataHash]).toString(
        'base64url',
      ),
      signature: assertion.signature,
    })
  }
  return { users, credentials }
}
