import { createHash } from 'node:crypto'
import { createNodeCrypto } from '@keybound/attestation/node'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import { describe, expect, test } from 'vitest'
import {
  type AssertKnobs,
  createAppleAuthority,
  createAppleKey,
  launchClaims,
} from '../../../../test/support/apple-authority.ts'
import { spkiOf } from '../../../../test/support/apple-certificates.ts'
import { concatBytes } from '../der/index.ts'
import type { VerifyAppAssertionOptions } from './types.ts'
import { verifyAppAssertion } from './verify-assertion.ts'

const app = { teamId: 'TEAM123456', bundleId: 'com.example.bank' }
const appId = 'TEAM123456.com.example.bank'
const clientDataHash = sha256(Buffer.from('client data'))
const authority = createAppleAuthority(new Date('2026-11-22T12:00:00Z'))
const key = createAppleKey()
const other = createAppleKey()

const ports = [
  ['Node', createNodeCrypto()],
  ['WebCrypto', createWebCrypto()],
] as const

type Options = Partial<VerifyAppAssertionOptions>

function verify(knobs: AssertKnobs = {}, options: Options = {}) {
  const assertion = authority.assert({ appId, clientDataHash, key, counter: 8 }, knobs)
  const publicKey = spkiOf(key.publicKey)
  return verifyAppAssertion({ assertion, clientDataHash, publicKey, previousCounter: 7, app, ...options })
}

interface Case {
  readonly what: string
  readonly knobs?: AssertKnobs
  readonly options?: Options
  readonly code: string
}

const storeOnly: Options = { policy: { validationCategories: ['appStore'], bundleVersions: ['17'] } }
const registeredInStore: Options = { registered: { validationCategory: 'appStore' } }

// Numbers in brackets are rows of the attack table this package is held against.
const refused: readonly Case[] = [
  // Steps 1 to 3 [38]
  {
    what: 'a signature over the data instead of the nonce',
    knobs: { signedOver: (data, hash) => concatBytes([data, hash]) },
    code: 'signature_invalid',
  },
  {
    what: 'a signature over the client data hash alone',
    knobs: { signedOver: (_, hash) => hash },
    code: 'signature_invalid',
  },
  {
    what: 'client data other than the signed ones',
    options: { clientDataHash: sha256(Buffer.from('altered')) },
    code: 'signature_invalid',
  },
  {
    what: 'another key’s signature',
    options: { publicKey: spkiOf(other.publicKey) },
    code: 'signature_invalid',
  },
  { what: 'an empty signature', knobs: { signature: () => new Uint8Array(0) }, code: 'signature_invalid' },
  {
    what: 'a signature with a byte after it',
    knobs: { signature: (bytes) => concatBytes([bytes, Uint8Array.of(0)]) },
    code: 'signature_invalid',
  },
  {
    what: 'another item after the object',
    knobs: { encoded: (bytes) => concatBytes([bytes, Uint8Array.of(0xa0)]) },
    code: 'app_attest_malformed',
  },
  {
    what: 'a P-384 key',
    options: { publicKey: spkiOf(createAppleKey('P-384').publicKey) },
    code: 'public_key_invalid',
  },
  { what: 'bytes that are no key', options: { publicKey: new Uint8Array(91) }, code: 'public_key_invalid' },
  // Step 4 [30]
  { what: 'another bundle', knobs: { appId: 'TEAM123456.com.example.other' }, code: 'app_identity_mismatch' },
  { what: 'a bundle without its team', knobs: { appId: 'com.example.bank' }, code: 'app_identity_mismatch' },
  // Step 5 [31]
  { what: 'the counter of the last assertion', knobs: { counter: 7 }, code: 'app_attest_counter_invalid' },
  { what: 'a lower counter', knobs: { counter: 6 }, code: 'app_attest_counter_invalid' },
  {
    what: 'counter 0 after the attestation',
    knobs: { counter: 0 },
    options: { previousCounter: 0 },
    code: 'app_attest_counter_invalid',
  },
  {
    what: 'a counter that has gone round',
    knobs: { counter: 0 },
    options: { previousCounter: 0xffff_ffff },
    code: 'app_attest_counter_invalid',
  },
  // iOS 27 and macOS 27 [37]
  {
    what: 'a development build under a store policy',
    knobs: { tail: launchClaims(3, '17') },
    options: storeOnly,
    code: 'app_attest_build_forbidden',
  },
  {
    what: 'a version that was never shipped',
    knobs: { tail: launchClaims(4, '99') },
    options: storeOnly,
    code: 'app_attest_build_forbidden',
  },
  {
    what: 'a category that changed since registration',
    knobs: { tail: launchClaims(2, '17') },
    options: registeredInStore,
    code: 'app_attest_build_forbidden',
  },
  {
    what: 'a category that changed since registration, kept as Apple’s number',
    knobs: { tail: launchClaims(2, '17') },
    options: { registered: { validationCategory: 4 } },
    code: 'app_attest_build_forbidden',
  },
  {
    what: 'a category that disappeared since registration',
    options: registeredInStore,
    code: 'app_attest_build_forbidden',
  },
  {
    what: 'absence of launch claims where they are required',
    options: { policy: { launchClaims: 'required' } },
    code: 'app_attest_build_forbidden',
  },
  {
    what: 'garbage after the counter',
    knobs: { tail: Uint8Array.of(1, 2) },
    code: 'app_attest_malformed',
  },
  // Expectations that make no sense
  ...[-1, 1.5, 2 ** 32, Number.NaN].map((previousCounter) => ({
    what: `previous counter ${previousCounter}`,
    options: { previousCounter },
    code: 'configuration_invalid',
  })),
  { what: 'no app', options: { app: [] }, code: 'configuration_invalid' },
  ...[0, 15, 1025].map((length) => ({
    what: `a client data hash of ${length} bytes`,
    options: { clientDataHash: new Uint8Array(length) },
    code: 'configuration_invalid',
  })),
]

describe.each(ports)('App Attest assertions over %s', (_, crypto) => {
  test('accepts an honest one', async () => {
    const verdict = await verify({}, { crypto })
    expect(verdict).toMatchObject({ counter: 8, app, launch: undefined })
    expect(verdict.findings.map(({ rule, passed }) => [rule, passed])).toEqual([
      ['signature', true],
      ['app', true],
      ['counter', true],
    ])
  })

  test('accepts what an app gave unhashed, as the samples of Apple do', async () => {
    const challenge = new TextEncoder().encode('example_server_challenge')
    const assertion = authority.assert({ appId, clientDataHash: challenge, key, counter: 8 })
    const given = { assertion, clientDataHash: challenge, crypto }
    expect((await verify({}, given)).counter).toBe(8)
    const hashed = { ...given, clientDataHash: sha256(challenge) }
    await expect(verify({}, hashed)).rejects.toMatchObject({ code: 'signature_invalid' })
  })

  test.each(refused)('refuses $what', async ({ knobs, options, code }) => {
    await expect(verify(knobs, { ...options, crypto })).rejects.toMatchObject({ code })
  })

  test.each([
    [0, 1],
    [7, 0x8000_0001],
    [0x8000_0000, 0x8000_0001],
    [0xffff_fffe, 0xffff_ffff],
  ])('accepts a counter that rises from %d to %d', async (previousCounter, counter) => {
    await expect(verify({ counter }, { previousCounter, crypto })).resolves.toMatchObject({ counter })
  })

  test.each<[string, AssertKnobs, Options]>([
    ['with ED clear', { tail: launchClaims(4, '17') }, { ...storeOnly, ...registeredInStore }],
    ['with ED set', { tail: launchClaims(4, '17'), flags: 0xc0 }, { ...storeOnly, ...registeredInStore }],
    ['that appear with a system update', { tail: launchClaims(4, '17') }, { registered: undefined }],
    [
      'of an app whose attestation had none',
      { tail: launchClaims(4, '17') },
      { registered: { validationCategory: undefined } },
    ],
  ])('accepts launch claims %s', async (_, knobs, options) => {
    await expect(verify(knobs, { ...options, crypto })).resolves.toMatchObject({
      launch: { validationCategory: 'appStore', bundleVersion: '17' },
    })
  })

  test('a replayed assertion passes once only when the counter is kept', async () => {
    const { counter } = await verify({}, { crypto })
    const again = verify({}, { previousCounter: counter, crypto })
    await expect(again).rejects.toMatchObject({ code: 'app_attest_counter_invalid' })
  })
})

function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(data).digest())
}
