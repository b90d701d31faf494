import { KeyboundError } from '@keybound/protocol'
import { decodeBase64Url, encodeCbor } from '@keybound/protocol/encoding'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authorityNow, chainSpecs, writeChain } from '../../../../test/support/android-authority/index.ts'
import { createAppleAuthority, createAppleKey } from '../../../../test/support/apple-authority.ts'
import { forgeAssertion, forgeRegistration } from '../../../../test/support/webauthn/forge.ts'
import { inspect, mostInspectedBytes, readPemCertificates, recognize } from './index.ts'

const utf8 = new TextEncoder()
const chain = writeChain(chainSpecs())
const pem = chain.map(writePem).join('')
const authority = createAppleAuthority(authorityNow)
const request = { appId: 'TEAM123456.com.example.bank', clientDataHash: new Uint8Array(32) }
const { attestationObject } = authority.attest(request)
const registration = forgeRegistration()
const webauthnObject = decodeBase64Url(registration.response.attestationObject)

function writePem(der: Uint8Array): string {
  const body = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
}

const encodings: [string, (bytes: Uint8Array) => Uint8Array][] = [
  ['binary', (bytes) => bytes],
  ['base64', (bytes) => utf8.encode(Buffer.from(bytes).toString('base64'))],
  ['base64url', (bytes) => utf8.encode(Buffer.from(bytes).toString('base64url'))],
  [
    'base64 in lines',
    (bytes) => utf8.encode(`${Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\r\n')}\n`),
  ],
]

describe('recognizing', () => {
  test.each(encodings)('an App Attest attestation in %s', (_, encode) => {
    expect(recognize(encode(attestationObject))).toEqual({
      kind: 'appAttest',
      attestationObject: new Uint8Array(attestationObject),
    })
  })

  test.each(encodings)('a WebAuthn attestation object in %s', (_, encode) => {
    expect(recognize(encode(webauthnObject))).toEqual({
      kind: 'webauthnAttestation',
      attestationObject: registration.response.attestationObject,
    })
  })

  test('a PEM chain, with text around it and Windows line ends', () => {
    const text = `subject=…\n${pem}and after`.replaceAll('\n', '\r\n')
    expect(recognize(utf8.encode(text))).toEqual({ kind: 'androidKey', chain })
  })

  test('a registration response', () => {
    const text = ` \n${JSON.stringify(registration, null, 2)}`
    expect(recognize(utf8.encode(text))).toEqual({ kind: 'webauthnRegistration', response: registration })
  })

  test('a broken App Attest attestation, so that it can say why', () => {
    const cut = attestationObject.subarray(0, 900)
    expect(recognize(cut)?.kind).toBe('appAttest')
    expect(recognize(utf8.encode(Buffer.from(cut).toString('base64')))?.kind).toBe('appAttest')
  })

  const key = createAppleKey()
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['noise', utf8.encode('good morning')],
    ['an App Attest assertion', authority.assert({ ...request, key, counter: 1 })],
    ['a WebAuthn assertion', utf8.encode(JSON.stringify(forgeAssertion()))],
    ['JSON of another kind', utf8.encode('{"a":[1]}')],
    ['JSON that is none', utf8.encode('{"response":')],
    ['CBOR of another kind', encodeCbor(new Map([['a', 1]]))],
    ['more than is looked at', utf8.encode(pem.padEnd(mostInspectedBytes + 1))],
  ])('not %s', (_, input) => {
    expect(recognize(input)).toBeUndefined()
  })

  test('any bytes ends in a kind, in none, or in a refusal, and inspecting it never throws', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ maxLength: 200 }).map((text) => utf8.encode(text)),
      fc
        .uint8Array({ maxLength: 60 })
        .map((tail) => Uint8Array.of(...attestationObject.subarray(0, 400), ...tail)),
      fc
        .uint8Array({ maxLength: 60 })
        .map((tail) => Uint8Array.of(...webauthnObject.subarray(0, 60), ...tail)),
      fc.integer({ min: 0, max: pem.length }).map((end) => utf8.encode(pem.slice(0, end))),
      fc.jsonValue().map((value) => utf8.encode(JSON.stringify({ response: { attestationObject: value } }))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        let recognized: ReturnType<typeof recognize>
        try {
          recognized = recognize(input)
        } catch (cause) {
          expect(cause).toBeInstanceOf(KeyboundError)
          return
        }
        if (recognized === undefined) return
        expect((await inspect(recognized, { now: authorityNow })).passed).toBe(false)
      }),
      { seed: 8, numRuns: 300 },
    )
  })
})

describe('PEM', () => {
  test('is read in its order', () => {
    expect(readPemCertificates(pem)).toEqual(chain)
  })

  test.each([
    ['a block without an end', pem.slice(0, -30)],
    ['a beginning inside a block', pem.replace('\n-----END', '\n-----BEGIN CERTIFICATE-----\n-----END')],
    ['a block that is no base64', pem.replace(/\n.{8}/, '\n????????')],
    ['an empty block', `${pem}-----BEGIN CERTIFICATE----------END CERTIFICATE-----`],
    ['65 blocks', writePem(chain[0] as Uint8Array).repeat(65)],
  ])('with %s is refused', (_, text) => {
    expect(() => readPemCertificates(text)).toThrow(
      expect.objectContaining({ code: 'certificate_malformed' }),
    )
  })
})
