import { encodeCbor } from '@keybound/protocol/encoding'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flags, forgeRegistration } from '../../../../test/support/webauthn/forge.ts'
import { packedStatement, tpmStatement } from '../../../../test/support/webauthn/statements.ts'
import { AttestationError } from '../errors.ts'
import { parseAttestationObject } from './attestation-object.ts'
import { parseAuthenticatorData } from './authenticator-data.ts'
import { parseClientData } from './client-data.ts'
import { readCertification, readPublicArea } from './statements/tpm/structures.ts'

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'))
const { response } = forgeRegistration({
  format: 'packed',
  statement: packedStatement(),
  authenticatorData: { extensions: new Map([['credProtect', 2]]) },
})
const attestationObject = bytesOf(response.attestationObject)
const { authenticatorData } = parseAttestationObject(attestationObject)
const tpm = parseAttestationObject(
  bytesOf(forgeRegistration({ format: 'tpm', statement: tpmStatement() }).response.attestationObject),
)
const tpmMember = (name: string): Uint8Array =>
  (tpm.statement as ReadonlyMap<string, unknown>).get(name) as Uint8Array

type Reader = (bytes: Uint8Array) => unknown

const readers: readonly (readonly [name: string, read: Reader, genuine: Uint8Array])[] = [
  ['client data', parseClientData, bytesOf(response.clientDataJSON)],
  ['authenticator data', parseAuthenticatorData, authenticatorData],
  ['attestation object', parseAttestationObject, attestationObject],
  ['TPM public area', readPublicArea, tpmMember('pubArea')],
  ['TPM certification', readCertification, tpmMember('certInfo')],
]

/** What the reader says, or its refusal; any other error fails the test. */
function outcome(read: Reader, bytes: Uint8Array): unknown {
  try {
    return read(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(AttestationError)
    return undefined
  }
}

describe.each(readers)('the reader of %s', (_, read, genuine) => {
  test('reads a view in the middle of a larger buffer as it reads the bytes alone', () => {
    const around = new Uint8Array(genuine.length + 20).fill(0xff)
    around.set(genuine, 10)
    expect(read(around.subarray(10, 10 + genuine.length))).toEqual(read(genuine))
  })

  test('refuses every proper prefix and every byte more', () => {
    for (let length = 0; length < genuine.length; length++) {
      expect(outcome(read, genuine.subarray(0, length)), `${length} bytes`).toBeUndefined()
    }
    for (const extra of [0x00, 0x20, 0x7d, 0xa0, 0xff]) {
      // White space after JSON is still the same value.
      if (read === parseClientData && extra === 0x20) continue
      expect(outcome(read, Uint8Array.of(...genuine, extra))).toBeUndefined()
    }
  })

  test('answers any bytes with a value or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        outcome(read, bytes)
      }),
      { seed: 41, numRuns: 1000 },
    )
  })

  test('answers any change of genuine bytes with a value or a refusal', () => {
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.uint8Array({ maxLength: 4 }), fc.nat(8), (at, put, drop) => {
        outcome(read, Uint8Array.of(...genuine.subarray(0, at), ...put, ...genuine.subarray(at + drop)))
      }),
      { seed: 42, numRuns: 2000 },
    )
  })
})

describe('authenticator data', () => {
  test('says what is in it, by views on the input', () => {
    const data = parseAuthenticatorData(authenticatorData)
    expect(data.flags).toEqual({
      userPresent: true,
      userVerified: true,
      backupEligible: false,
      backedUp: false,
    })
    expect(data.extensions).toEqual(new Map([['credProtect', 2]]))
    expect(data.attestedCredential?.credentialId).toEqual(new Uint8Array(32).fill(0x11))
    expect(data.attestedCredential?.publicKey).toEqual(encodeCbor(data.attestedCredential?.coseKey ?? null))
    expect(data.rpIdHash.buffer).toBe(authenticatorData.buffer)
  })

  test('says where it ends too early', () => {
    expect(() => parseAuthenticatorData(new Uint8Array(36))).toThrow('Unexpected 36 bytes')
    expect(() => parseAuthenticatorData(authenticatorData.subarray(0, 54))).toThrow(
      'Unexpected end in attested credential data',
    )
    expect(() => parseAuthenticatorData(authenticatorData.subarray(0, 60))).toThrow(
      'Unexpected end in credential id',
    )
  })

  test('reads each flag from its own bit', () => {
    const bits = {
      userPresent: flags.up,
      userVerified: flags.uv,
      backupEligible: flags.be,
      backedUp: flags.bs,
    }
    for (const [name, bit] of Object.entries(bits)) {
      const read = parseAuthenticatorData(new Uint8Array(37).with(32, bit)).flags
      expect(Object.entries(read).filter(([, isSet]) => isSet)).toEqual([[name, true]])
    }
  })

  test('reads the counter unsigned', () => {
    const data = new Uint8Array(37).fill(0xff, 33)
    expect(parseAuthenticatorData(data).signCount).toBe(2 ** 32 - 1)
  })
})
