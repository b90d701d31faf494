import { sign } from 'node:crypto'
import type { CborValue } from '@keybound/protocol/encoding'
import { encodeBase64Url } from '@keybound/protocol/encoding'
import { describe, expect, test } from 'vitest'
import {
  basicConstraints,
  keyUsage,
  writeCertificate,
} from '../../../../../test/support/android-authority/certificate.ts'
import {
  challenge,
  forgeRegistration,
  makeRsaKey,
  origin,
  rpId,
  sha256,
  type ToAttest,
} from '../../../../../test/support/webauthn/forge.ts'
import { writeElement, writeSequence } from '../../der/index.ts'
import type { StatementFormat, VerifiedRegistration } from '../types.ts'
import { verifyRegistration } from '../verify-registration.ts'

const now = new Date('2021-06-01T12:00:00Z')
const rootKey = makeRsaKey()
const leafKey = makeRsaKey()
const rootName = [['2.5.4.3', 'Test Root']] as const
const dates = { notBefore: new Date('2021-01-01'), notAfter: new Date('2022-01-01') }
const root = writeCertificate({
  serial: 1,
  issuer: rootName,
  subject: rootName,
  ...dates,
  spki: rootKey.spki,
  extensions: [basicConstraints(true), keyUsage('keyCertSign')],
  signer: rootKey.privateKey,
})

/** The service's certificate with these DNS names. */
function leafFor(...names: readonly string[]): Uint8Array {
  const general = names.map((name) => writeElement(0x82, new TextEncoder().encode(name)))
  return writeCertificate({
    serial: 2,
    issuer: rootName,
    subject: [['2.5.4.3', names[0] ?? '']],
    ...dates,
    spki: leafKey.spki,
    extensions: names.length > 0 ? [{ id: '2.5.29.17', value: writeSequence(...general) }] : [],
    signer: rootKey.privateKey,
  })
}

interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: Readonly<Record<string, unknown>>
  readonly signer?: typeof leafKey
  readonly jws?: (jws: string) => string
  readonly members?: Readonly<Record<string, CborValue>>
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const part = (value: unknown): string => encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)))

function statement(changes: Changes = {}): (toAttest: ToAttest) => CborValue {
  return ({ signedData }) => {
    const header = part({ alg: 'RS256', x5c: [base64(leafFor('attest.android.com'))], ...changes.header })
    const payload = part({
      nonce: base64(sha256(signedData)),
      timestampMs: now.getTime() - 1000,
      ctsProfileMatch: true,
      basicIntegrity: true,
      ...changes.payload,
    })
    const signed = `${header}.${payload}`
    const signature = sign('sha256', Buffer.from(signed), (changes.signer ?? leafKey).privateKey)
    const jws = `${signed}.${encodeBase64Url(signature)}`
    return new Map<string, CborValue>([
      ['ver', '14366019'],
      ['response', new TextEncoder().encode(changes.jws?.(jws) ?? jws)],
      ...Object.entries(changes.members ?? {}),
    ])
  }
}

function verify(changes: Changes, formats?: readonly StatementFormat[]): Promise<VerifiedRegistration> {
  return verifyRegistration({
    response: forgeRegistration({ format: 'android-safetynet', statement: statement(changes) }),
    expected: { challenge, origins: [origin], rpId },
    policy: { attestation: 'trusted', ...(formats === undefined ? {} : { formats }) },
    trust: { roots: [root], testOnly: true },
    issuedAt: now,
    now,
  })
}

describe('android-safetynet (§8.5)', () => {
  test('is verified only when asked for, and proves no hardware', async () => {
    expect(await verify({}, ['android-safetynet'])).toMatchObject({ attestationType: 'basic', level: 'W' })
    await expect(verify({})).rejects.toMatchObject({ code: 'attestation_format_unsupported' })
  })

  const x5c = (...names: readonly string[]) => ({ header: { x5c: [base64(leafFor(...names))] } })
  test.each<[string, Changes]>([
    ['a nonce over another response', { payload: { nonce: base64(sha256('other')) } }],
    ['a nonce in base64url', { payload: { nonce: '-_-_' } }],
    ['no nonce', { payload: { nonce: undefined } }],
    ['a device that did not pass', { payload: { ctsProfileMatch: false } }],
    ['a device that passed in words', { payload: { ctsProfileMatch: 'true' } }],
    ['a verdict older than a minute', { payload: { timestampMs: now.getTime() - 60_001 } }],
    ['a verdict from the future', { payload: { timestampMs: now.getTime() + 1 } }],
    ['a verdict without time', { payload: { timestampMs: undefined } }],
    ['alg none', { header: { alg: 'none' } }],
    ['alg HS256', { header: { alg: 'HS256' } }],
    ['a signature by another key', { signer: rootKey }],
    ['another host', x5c('attest.android.com.evil.example')],
    ['a second host', x5c('attest.android.com', 'evil.example')],
    ['no host', x5c()],
    ['an empty x5c', { header: { x5c: [] } }],
    ['no x5c', { header: { x5c: undefined } }],
    ['an x5c of numbers', { header: { x5c: [1] } }],
    ['an x5c in base64url', { header: { x5c: ['-_-_'] } }],
    ['two parts', { jws: (jws) => jws.slice(0, jws.lastIndexOf('.')) }],
    ['four parts', { jws: (jws) => `${jws}.` }],
    ['padding', { jws: (jws) => `${jws}=` }],
    ['a payload that is no object', { jws: (jws) => jws.replace(/\..*\./, `.${part([])}.`) }],
    ['a header that is no JSON', { jws: (jws) => `AAAA${jws.slice(jws.indexOf('.'))}` }],
    ['an empty version', { members: { ver: '' } }],
    ['an unknown member', { members: { error: 1 } }],
    ['a response that is text', { members: { response: 'a.b.c' } }],
  ])('refuses %s', async (_, changes) => {
    await expect(verify(changes, ['android-safetynet'])).rejects.toMatchObject({
      name: 'AttestationError',
      code: 'attestation_statement_invalid',
      rule: expect.stringContaining('§8.5'),
    })
  })
})
