import { type CborValue, decodeCbor, encodeCbor } from '@keybound/protocol/encoding'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AttestKnobs,
  createAppleAuthority,
  createAppleKey,
  launchClaims,
} from '../../../../test/support/apple-authority.ts'
import { concatBytes } from '../der/index.ts'
import { AttestationError } from '../errors.ts'
import { readAppAssertionObject, readAppAttestationObject } from './attestation-object.ts'
import { readAssertionData } from './authenticator-data.ts'

const authority = createAppleAuthority(new Date('2026-11-22T12:00:00Z'))
const request = { appId: 'TEAM123456.com.example.bank', clientDataHash: new Uint8Array(32) }
const read = (knobs: AttestKnobs = {}) =>
  readAppAttestationObject(authority.attest(request, knobs).attestationObject)

describe('attestation objects', () => {
  test('are read into their parts', () => {
    const object = read({ tail: launchClaims(4, '17') })
    expect(object.x5c).toHaveLength(2)
    expect(object.authData).toMatchObject({
      flags: 0x40,
      counter: 0,
      launch: { validationCategory: 'appStore', bundleVersion: '17' },
    })
    expect(object.authData.credentialId).toHaveLength(32)
  })

  const rename = (from: string, to: string) => (members: Map<string, CborValue>) => {
    members.set(to, members.get(from) as CborValue)
    members.delete(from)
  }
  const set = (name: string, value: CborValue) => (members: Map<string, CborValue>) => {
    members.set(name, value)
  }
  const append = (suffix: Uint8Array) => (bytes: Uint8Array) => concatBytes([bytes, suffix])

  test.each<[string, AttestKnobs]>([
    ['format apple', { object: set('fmt', 'apple') }],
    ['format Apple-AppAttest', { object: set('fmt', 'Apple-AppAttest') }],
    ['a format that is no text', { object: set('fmt', 1) }],
    ['a missing format', { object: (members) => members.delete('fmt') }],
    ['another name for authData', { object: rename('authData', 'authenticatorData') }],
    ['one member more', { object: set('extra', 1) }],
    ['authenticator data that are text', { object: set('authData', 'text') }],
    ['a statement that is no map', { object: set('attStmt', []) }],
    ['a missing receipt', { statement: (members) => members.delete('receipt') }],
    ['an empty receipt', { statement: set('receipt', new Uint8Array(0)) }],
    ['a receipt that is text', { statement: set('receipt', 'receipt') }],
    ['a member more in the statement', { statement: set('alg', -7) }],
    ['x5c that is no array', { x5c: () => new Uint8Array(3) }],
    ['x5c that is text', { x5c: () => 'leaf' }],
    ['a statement that is null', { object: set('attStmt', null) }],
    ['null in their place', { encoded: () => encodeCbor(null) }],
    ['x5c of text', { x5c: () => ['leaf', 'issuer'] }],
    ['a byte after the object', { encoded: append(Uint8Array.of(0)) }],
    ['another item after the object', { encoded: append(encodeCbor(new Map())) }],
    ['a cut object', { encoded: (bytes) => bytes.subarray(0, -1) }],
    ['nothing', { encoded: () => new Uint8Array(0) }],
    ['32 KiB and a byte', { encoded: () => sized(32_769) }],
    ['authData twice', { encoded: twice('authData') }],
  ])('with %s are refused', (_, knobs) => {
    expect(() => read(knobs)).toThrow(expect.objectContaining({ code: 'app_attest_malformed' }))
  })
})

test('attestation objects of 32 KiB are read', () => {
  expect(readAppAttestationObject(sized(32_768)).x5c).toHaveLength(2)
})

/** An attestation object of this many bytes, by its receipt. */
function sized(length: number): Uint8Array {
  const { attestationObject } = authority.attest(request)
  const object = decodeCbor(attestationObject) as ReadonlyMap<string, CborValue>
  const statement = object.get('attStmt') as ReadonlyMap<string, CborValue>
  const withReceipt = (size: number) =>
    encodeCbor(new Map([...object, ['attStmt', new Map([...statement, ['receipt', new Uint8Array(size)]])]]))
  return withReceipt(length - (withReceipt(20_000).length - 20_000))
}

/** The map with one more entry of this name: the last member is repeated and the count raised. */
function twice(name: string): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const at = Buffer.from(bytes).lastIndexOf(Buffer.from(encodeCbor(name)))
    return concatBytes([Uint8Array.of(0xa4), bytes.subarray(1), bytes.subarray(at)])
  }
}

describe('authenticator data of attestations', () => {
  const cose = (labels: [number, CborValue][]) => encodeCbor(new Map(labels))
  const coordinate = new Uint8Array(32).fill(1)
  const es256 = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, coordinate],
    [-3, coordinate],
  ] as [number, CborValue][]

  test.each<[string, AttestKnobs]>([
    ['flags 0x00', { flags: 0x00 }],
    ['flag UP', { flags: 0x41 }],
    ['flag UV', { flags: 0x44 }],
    ['flags BE and BS', { flags: 0x58 }],
    ['a reserved flag', { flags: 0x42 }],
    ['flag ED and nothing after the key', { flags: 0xc0 }],
    ['garbage after the key', { tail: Uint8Array.of(0xff) }],
    ['garbage after the claims', { tail: concatBytes([launchClaims(4, '17'), Uint8Array.of(0)]) }],
    ['two maps after the key', { tail: concatBytes([launchClaims(4, '17'), launchClaims(4, '17')]) }],
    ['an array after the key', { tail: encodeCbor([]) }],
    ['claims with a number for a name', { tail: encodeCbor(new Map([[1, 1]])) }],
    ['a category of 3 bytes', { tail: claim('apple_validation_category_01', new Uint8Array(3)) }],
    ['a category of 5 bytes', { tail: claim('apple_validation_category_01', new Uint8Array(5)) }],
    ['a category that is text', { tail: claim('apple_validation_category_01', 'abcd') }],
    ['a category that is a number', { tail: claim('apple_validation_category_01', 4) }],
    ['a version that is a number', { tail: claim('apple_bundle_version_01', 17) }],
    ['an empty version', { tail: claim('apple_bundle_version_01', '') }],
    ['a version of 129 characters', { tail: claim('apple_bundle_version_01', '1'.repeat(129)) }],
    ['a code directory hash that is text', { tail: claim('apple_cd_hash_hash_01', 'hash') }],
    ['a credential id of 32 bytes that says it has 33', { authDataAfterwards: (data) => data.with(54, 33) }],
    [
      'an ES384 key',
      {
        coseKey: cose([
          [1, 2],
          [3, -35],
          [-1, 2],
          [-2, new Uint8Array(48).fill(1)],
          [-3, new Uint8Array(48).fill(1)],
        ]),
      },
    ],
    ['a credential id of 31 bytes', { credentialId: new Uint8Array(31) }],
    ['a credential id of 33 bytes', { credentialId: new Uint8Array(33) }],
    ['a key for another algorithm', { coseKey: cose(es256.with(1, [3, -35])) }],
    ['a key with a short coordinate', { coseKey: cose(es256.with(3, [-2, coordinate.subarray(1)])) }],
    ['a key with its private part', { coseKey: cose([...es256, [-4, coordinate]]) }],
    [
      'an Ed25519 key',
      {
        coseKey: cose([
          [1, 1],
          [3, -8],
          [-1, 6],
          [-2, coordinate],
        ]),
      },
    ],
    ['no key', { coseKey: new Uint8Array(0) }],
  ])('with %s are refused', (_, knobs) => {
    expect(() => read(knobs)).toThrow(expect.objectContaining({ code: 'app_attest_malformed' }))
  })

  test('that are cut anywhere are refused', () => {
    const whole = authority.attest(request)
    const { authDataBytes } = readAppAttestationObject(whole.attestationObject)
    for (let length = 0; length < authDataBytes.length; length++) {
      const object = authority.attest(request, { authDataAfterwards: (data) => data.subarray(0, length) })
      expect(() => readAppAttestationObject(object.attestationObject)).toThrow(AttestationError)
    }
  })

  test('may claim a version of 128 characters', () => {
    const version = '1'.repeat(128)
    expect(read({ tail: launchClaims(4, version) }).authData.launch?.bundleVersion).toBe(version)
  })

  test('may claim what is not known yet, and a code directory hash', () => {
    const tail = encodeCbor(
      new Map<string, CborValue>([
        ['apple_cd_hash_hash_01', coordinate],
        ['apple_cd_hash_type_01', Uint8Array.of(2)],
        ['apple_new_claim_01', true],
      ]),
    )
    expect(read({ tail }).authData.launch).toEqual({
      validationCategory: undefined,
      bundleVersion: undefined,
      codeDirectoryHash: coordinate,
    })
  })
})

function claim(name: string, value: CborValue): Uint8Array {
  return encodeCbor(new Map([[name, value]]))
}

describe('assertions', () => {
  const key = createAppleKey()
  const assertion = (object: (members: Map<string, CborValue>) => void) =>
    authority.assert({ ...request, key, counter: 1 }, { object })

  test.each<[string, Uint8Array]>([
    ['one member more', assertion((members) => members.set('extra', 1))],
    ['a missing signature', assertion((members) => members.delete('signature'))],
    ['a signature that is text', assertion((members) => members.set('signature', 'x'))],
    ['authenticator data that are text', assertion((members) => members.set('authenticatorData', 'x'))],
    ['an item after it', concatBytes([assertion(() => undefined), Uint8Array.of(0)])],
    ['nothing in it', new Uint8Array(0)],
  ])('with %s are refused', (_, bytes) => {
    expect(() => readAppAssertionObject(bytes)).toThrow(
      expect.objectContaining({ code: 'app_attest_malformed' }),
    )
  })

  test.each([
    ['36 bytes', new Uint8Array(36)],
    ['flag UP', head(0x41)],
    ['no flag', head(0x00)],
    ['flag ED and nothing after the counter', head(0xc0)],
    ['garbage after the counter', head(0x40, Uint8Array.of(0xff))],
    ['two maps', head(0x40, concatBytes([launchClaims(4, '1'), launchClaims(4, '1')]))],
  ])('with authenticator data of %s are refused', (_, data) => {
    expect(() => readAssertionData(data)).toThrow(expect.objectContaining({ code: 'app_attest_malformed' }))
  })
})

function head(flags: number, tail: Uint8Array = new Uint8Array(0)): Uint8Array {
  const fixed = new Uint8Array(37)
  fixed[32] = flags
  return concatBytes([fixed, tail])
}

describe('properties', () => {
  test('every counter and every claim that can be written is read back', () => {
    const claims = fc.record({
      category: fc.integer({ min: 0, max: 0xffff_ffff }),
      version: fc.string({ minLength: 1, maxLength: 128 }),
    })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), claims, (counter, { category, version }) => {
        const data = head(0x40, launchClaims(category, version)).slice()
        new DataView(data.buffer).setUint32(33, counter)
        const names = [
          0,
          'osExecutable',
          'testFlight',
          'development',
          'appStore',
          'enterprise',
          'developerId',
        ]
        const name = category === 10 ? 'other' : names[category] || category
        expect(readAssertionData(data)).toMatchObject({
          counter,
          launch: { validationCategory: name, bundleVersion: version },
        })
      }),
      { seed: 6, numRuns: 200 },
    )
  })

  test('bytes of any kind are read or refused, never anything else', () => {
    const readers = [readAppAttestationObject, readAppAssertionObject, readAssertionData]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...readers), (bytes, reader) => {
        try {
          reader(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(AttestationError)
        }
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})
