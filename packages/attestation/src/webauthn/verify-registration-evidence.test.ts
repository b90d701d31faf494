import { decodeBase64Url } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import {
  challenge,
  credentialId,
  forgeRegistration,
  origin,
  rpId,
  selfStatement,
  sha256,
} from '../../../../test/support/webauthn/forge.ts'
import type { RegistrationEvidence } from './types.ts'
import { verifyRegistration } from './verify-registration.ts'
import { verifyRegistrationEvidence } from './verify-registration-evidence.ts'

const now = new Date('2026-11-22T12:00:00Z')
const rules = { trust: { roots: [] }, issuedAt: now, now }
const response = forgeRegistration({ format: 'packed', statement: selfStatement() })
const evidence: RegistrationEvidence = {
  credentialId,
  attestationObject: decodeBase64Url(response.response.attestationObject),
  clientDataHash: sha256(decodeBase64Url(response.response.clientDataJSON)),
  origin,
}

const judge = (changes: Partial<RegistrationEvidence> = {}, expected = { rpId }) =>
  verifyRegistrationEvidence({ ...rules, evidence: { ...evidence, ...changes }, expected })

describe('the evidence of a registration', () => {
  test('has the verdict of the registration, without its client data', async () => {
    const expected = { challenge, origins: [origin], rpId }
    const arrived = await verifyRegistration({ ...rules, response, expected })
    const { transports, topOrigin, ...verdict } = arrived
    expect(await judge()).toEqual(verdict)
    expect([transports, topOrigin]).toEqual([['internal'], undefined])
  })

  test.each([
    ['the hash of other client data', { clientDataHash: sha256('other') }, 'attestation_statement_invalid'],
    ['another credential id', { credentialId: sha256('other') }, 'credential_id_invalid'],
    ['no attestation object', { attestationObject: new Uint8Array() }, 'attestation_object_malformed'],
  ])('is refused with %s', async (_, changes, code) => {
    await expect(judge(changes)).rejects.toMatchObject({ name: 'AttestationError', code })
  })

  test('is refused for another relying party', async () => {
    await expect(judge({}, { rpId: 'other.example' })).rejects.toMatchObject({ code: 'rp_id_mismatch' })
  })
})
