import { describe, expect, test } from 'vitest'
import {
  challenge,
  forgeRegistration,
  origin,
  rpId,
  sha256,
} from '../../../../../test/support/webauthn/forge.ts'
import {
  base64,
  dnsName,
  leafFor,
  leafWith,
  rootKey,
  type SafetyNetChanges,
  safetyNetRoot,
  safetyNetStatement,
  safetyNetTime,
} from '../../../../../test/support/webauthn/safetynet.ts'
import type { StatementFormat, VerifiedRegistration } from '../types.ts'
import { verifyRegistration } from '../verify-registration.ts'

const now = safetyNetTime

function verify(
  changes: SafetyNetChanges,
  formats?: readonly StatementFormat[],
): Promise<VerifiedRegistration> {
  return verifyRegistration({
    response: forgeRegistration({ format: 'android-safetynet', statement: safetyNetStatement(changes) }),
    expected: { challenge, origins: [origin], rpId },
    policy: { attestation: 'trusted', ...(formats === undefined ? {} : { formats }) },
    trust: { roots: [safetyNetRoot], testOnly: true },
    issuedAt: now,
    now,
  })
}

describe('android-safetynet (§8.5)', () => {
  test('is verified only when asked for, and proves no hardware', async () => {
    expect(await verify({}, ['android-safetynet'])).toMatchObject({ attestationType: 'basic', level: 'W' })
    await expect(verify({})).rejects.toMatchObject({ code: 'attestation_format_unsupported' })
  })

  test.each([0, 60_000])('a verdict of %i ms before its arrival', async (age) => {
    const payload = { timestampMs: now.getTime() - age }
    expect(await verify({ payload }, ['android-safetynet'])).toMatchObject({ level: 'W' })
  })

  test('a name of the certificate that is no host', async () => {
    const names = [dnsName('attest.android.com'), dnsName('mail@example', 0x81)]
    const header = { x5c: [base64(leafWith(names))] }
    expect(await verify({ header }, ['android-safetynet'])).toMatchObject({ level: 'W' })
  })

  test('an x5c of eight is read, and its path judged', async () => {
    const header = { x5c: Array(8).fill(base64(leafFor('attest.android.com'))) }
    await expect(verify({ header }, ['android-safetynet'])).rejects.toMatchObject({
      code: 'attestation_chain_invalid',
    })
  })

  const x5c = (...names: readonly string[]) => ({ header: { x5c: [base64(leafFor(...names))] } })
  const leaf = (...parts: Parameters<typeof leafWith>) => ({ header: { x5c: [base64(leafWith(...parts))] } })
  test.each<[string, SafetyNetChanges]>([
    ['a nonce over another response', { payload: { nonce: base64(sha256('other')) } }],
    ['a nonce in base64url', { payload: { nonce: '-_-_' } }],
    ['no nonce', { payload: { nonce: undefined } }],
    ['a device that did not pass', { payload: { ctsProfileMatch: false } }],
    ['a device that passed in words', { payload: { ctsProfileMatch: 'true' } }],
    ['a verdict older than a minute', { payload: { timestampMs: now.getTime() - 60_001 } }],
    ['a verdict from the future', { payload: { timestampMs: now.getTime() + 1 } }],
    ['a verdict without time', { payload: { timestampMs: undefined } }],
    ['a verdict whose time is text', { payload: { timestampMs: String(now.getTime() - 1000) } }],
    ['alg none', { header: { alg: 'none' } }],
    ['alg HS256', { header: { alg: 'HS256' } }],
    ['a signature by another key', { signer: rootKey }],
    ['another host', x5c('attest.android.com.evil.example')],
    ['a second host', x5c('attest.android.com', 'evil.example')],
    ['no host', x5c()],
    ['the host as another kind of name', leaf([dnsName('attest.android.com', 0x81)])],
    ['a value after the names', leaf([dnsName('attest.android.com')], Uint8Array.of(5, 0))],
    ['an empty x5c', { header: { x5c: [] } }],
    ['no x5c', { header: { x5c: undefined } }],
    ['an x5c of numbers', { header: { x5c: [1] } }],
    ['an x5c of numbers that read as base64', { header: { x5c: [1111] } }],
    ['an x5c of nine', { header: { x5c: Array(9).fill(base64(leafFor('attest.android.com'))) } }],
    ['a certificate above 32 KiB', { header: { x5c: ['A'.repeat(32_772)] } }],
    ['an x5c in base64url', { header: { x5c: ['-_-_'] } }],
    ['two parts', { jws: (jws) => jws.slice(0, jws.lastIndexOf('.')) }],
    ['four parts', { jws: (jws) => `${jws}.` }],
    ['padding', { jws: (jws) => `${jws}=` }],
    ['a payload that is no object', { payload: null }],
    ['a header that is no JSON', { jws: (jws) => `AAAA${jws.slice(jws.indexOf('.'))}` }],
    ['an empty version', { members: { ver: '' } }],
    ['a version that is a number', { members: { ver: 14_366_019 } }],
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
