import { KeyboundError } from '@keybound/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  attestedOptions,
  attestedPolicy,
  chainSpecs,
  describeKey,
  descriptionMembers,
  judge,
  keyDescriptionOid,
  tagElements,
  tagValue,
  writeChain,
  writeKeyDescription,
  writeTags,
} from '../../../../../test/support/android-authority/index.ts'
import {
  writeElement,
  writeExplicit,
  writeInteger,
  writeOctetString,
  writeSequence,
} from '../../der/index.ts'
import { parseKeyDescription } from './key-description.ts'

const { number, numbers, present, rootOfTrust, applicationId, text } = tagValue

/** A description with another member at a place. */
function withMember(index: number, member: Uint8Array): Uint8Array {
  return writeSequence(...descriptionMembers(describeKey()).map((own, at) => (at === index ? member : own)))
}

/** A description whose hardware list is made of these elements. */
const withHardware = (...elements: Uint8Array[]) => withMember(7, writeSequence(...elements))
const genuineTags = tagElements(describeKey().hardwareEnforced)

describe('what is read', () => {
  test('every tag that an attestation may carry', () => {
    const tags = {
      1: numbers(2, 3),
      2: number(3),
      3: number(256),
      4: numbers(32),
      5: numbers(4),
      6: numbers(1),
      7: present(),
      8: number(96),
      10: number(1),
      11: number(2),
      200: number(65537),
      203: numbers(2, 4),
      303: present(),
      305: present(),
      400: number(1000),
      401: number(2000),
      402: number(3000),
      405: number(10),
      503: present(),
      504: number(0xffffffff),
      505: number(2147483647),
      506: present(),
      507: present(),
      508: present(),
      509: present(),
      600: present(),
      601: text('app data'),
      701: number(1700000000000),
      702: number(4),
      703: present(),
      704: rootOfTrust({ state: 1 }),
      705: number(160000),
      706: number(202611),
      709: applicationId([['com.example.bank', 7]], [Uint8Array.of(1, 2)]),
      710: text('brand'),
      711: text('device'),
      712: text('product'),
      713: text('serial'),
      714: text('imei'),
      715: text('meid'),
      716: text('manufacturer'),
      717: text('model'),
      718: number(20261105),
      719: number(201908),
      720: present(),
      723: text('second imei'),
      724: text('hash'),
    }
    const { hardwareEnforced } = parseKeyDescription(withMember(7, writeTags(tags)))
    expect(hardwareEnforced).toEqual({
      purposes: [2, 3],
      algorithm: 3,
      keySize: 256,
      blockModes: [32],
      digests: [4],
      paddings: [1],
      callerNonce: true,
      minMacLength: 96,
      ecCurve: 1,
      mlDsaVariant: 2,
      rsaPublicExponent: 65537,
      mgfDigests: [2, 4],
      rollbackResistance: true,
      earlyBootOnly: true,
      activeDateTime: new Date(1000),
      originationExpireDateTime: new Date(2000),
      usageExpireDateTime: new Date(3000),
      usageCountLimit: 10,
      noAuthRequired: true,
      userAuthType: 0xffffffff,
      authTimeout: 2147483647,
      allowWhileOnBody: true,
      trustedUserPresenceRequired: true,
      trustedConfirmationRequired: true,
      unlockedDeviceRequired: true,
      allApplications: true,
      applicationId: new TextEncoder().encode('app data'),
      creationDateTime: new Date(1700000000000),
      origin: 'securelyImported',
      rollbackResistant: true,
      rootOfTrust: {
        verifiedBootKey: new Uint8Array(32).fill(0xab),
        deviceLocked: true,
        verifiedBootState: 'selfSigned',
        verifiedBootHash: new Uint8Array(32).fill(0xcd),
      },
      osVersion: 160000,
      osPatchLevel: 202611,
      attestationApplicationId: {
        packages: [{ name: 'com.example.bank', version: 7 }],
        signatureDigests: [Uint8Array.of(1, 2)],
      },
      attestationIdBrand: 'brand',
      attestationIdDevice: 'device',
      attestationIdProduct: 'product',
      attestationIdSerial: 'serial',
      attestationIdImei: 'imei',
      attestationIdMeid: 'meid',
      attestationIdManufacturer: 'manufacturer',
      attestationIdModel: 'model',
      vendorPatchLevel: 20261105,
      bootPatchLevel: 201908,
      deviceUniqueAttestation: true,
      attestationIdSecondImei: 'second imei',
      moduleHash: new TextEncoder().encode('hash'),
      tagsInOrder: true,
    })
  })

  test('no tags at all', () => {
    expect(parseKeyDescription(withHardware()).hardwareEnforced).toEqual({ tagsInOrder: true })
  })

  test('a root of trust of Keymaster 2, without boot hash', () => {
    const old = rootOfTrust()
    const shortened = writeExplicit(704, writeSequence(old.subarray(2, 2 + 34 + 3 + 3)))
    expect(parseKeyDescription(withHardware(shortened)).hardwareEnforced.rootOfTrust).toMatchObject({
      verifiedBootState: 'verified',
      verifiedBootHash: undefined,
    })
  })
})

describe('what genuine devices write and DER would not (attack table 24)', () => {
  test.each(['softwareEnforced', 'hardwareEnforced'] as const)(
    'tags out of order, unless the policy asks for order',
    async (list) => {
      const reversed = writeSequence(...tagElements(describeKey()[list]).toReversed())
      const unordered = withMember(list === 'softwareEnforced' ? 6 : 7, reversed)
      expect(parseKeyDescription(unordered)[list].tagsInOrder).toBe(false)
      const chain = writeChain(
        chainSpecs().map((spec, index) =>
          index === 0 ? { ...spec, extensions: [{ id: keyDescriptionOid, value: unordered }] } : spec,
        ),
      )
      expect((await judge(attestedOptions(chain))).code).toBe('accepted')
      const policy = { ...attestedPolicy, tagOrder: 'ascending' as const }
      expect(await judge(attestedOptions(chain, { policy }))).toMatchObject({
        code: 'key_description_malformed',
        failed: ['tag_order'],
      })
    },
  )

  test('deviceLocked as 01', () => {
    const { hardwareEnforced } = parseKeyDescription(
      withHardware(writeExplicit(704, rootOfTrust({ locked: 1 }))),
    )
    expect(hardwareEnforced.rootOfTrust?.deviceLocked).toBe(true)
  })

  test.each([0, 2026, 20260, 202600, 202613, 2026110, 20261132, 20261301, 999999999, 2n ** 40n])(
    'patch level %s, read as unknown',
    (level) => {
      expect(
        parseKeyDescription(withHardware(writeExplicit(706, number(level)))).hardwareEnforced.osPatchLevel,
      ).toBe('unknown')
    },
  )

  test('a negative patch level and creation time, read as unknown', () => {
    const negative = writeElement(0x02, Uint8Array.of(0xff))
    const { hardwareEnforced } = parseKeyDescription(
      withHardware(writeExplicit(701, negative), writeExplicit(706, negative)),
    )
    expect(hardwareEnforced).toMatchObject({ osPatchLevel: 'unknown', creationDateTime: 'unknown' })
  })

  test('a creation time of the far future, read as unknown', () => {
    const { hardwareEnforced } = parseKeyDescription(withHardware(writeExplicit(701, number(2n ** 64n - 1n))))
    expect(hardwareEnforced.creationDateTime).toBe('unknown')
  })

  test('device properties that are no UTF-8', () => {
    const { hardwareEnforced } = parseKeyDescription(
      withHardware(writeExplicit(710, writeOctetString(Uint8Array.of(0x61, 0xff)))),
    )
    expect(hardwareEnforced.attestationIdBrand).toBe('a\ufffd')
  })

  test('an application id without signers', () => {
    const { softwareEnforced } = parseKeyDescription(
      withMember(6, writeTags({ 709: applicationId([['UnknownPackage', 1]], []) })),
    )
    expect(softwareEnforced.attestationApplicationId?.signatureDigests).toEqual([])
  })
})

const valid = writeKeyDescription(describeKey())
const app = (octets: Uint8Array) => withHardware(writeExplicit(709, octets))

/** Attack table 25 and its kin. */
const malformed: readonly (readonly [string, Uint8Array])[] = [
  [
    'a tag twice, contradicting',
    withHardware(...genuineTags, writeExplicit(704, rootOfTrust({ locked: false }))),
  ],
  ['a tag twice, agreeing', withHardware(...genuineTags, ...genuineTags.slice(-1))],
  ['an unknown tag', withHardware(writeExplicit(777, number(1)))],
  ['tag 502, which never attests', withHardware(writeExplicit(502, number(1)))],
  ['an element without context tag', withHardware(number(1))],
  ['an implicit tag', withHardware(writeElement(0x82, Uint8Array.of(3)))],
  ['a known number in another class', withHardware(writeElement(0x62, number(3)))],
  [
    'two values in one tag',
    withHardware(writeExplicit(2, number(3)), writeElement(0xa3, number(256), number(384))),
  ],
  ['bytes after the sequence', Uint8Array.of(...valid, 0)],
  ['seven members', writeSequence(...descriptionMembers(describeKey()).slice(0, 7))],
  ['nine members', writeSequence(...descriptionMembers(describeKey()), writeSequence())],
  ['a number with a leading zero', withMember(0, writeElement(0x02, Uint8Array.of(0, 3)))],
  ['a number without octets', withMember(0, writeElement(0x02))],
  ['a negative version', withMember(0, writeElement(0x02, Uint8Array.of(0xff)))],
  ['a version beyond 2^53', withMember(0, writeInteger(2n ** 53n))],
  ['a number in long length', withMember(0, Uint8Array.of(0x02, 0x81, 1, 3))],
  ['an indefinite length', withMember(7, Uint8Array.of(0x30, 0x80, 0, 0))],
  ['security level 3 (10)', withMember(1, writeElement(0x0a, Uint8Array.of(3)))],
  ['a security level as INTEGER', withMember(1, number(1))],
  ['a version as ENUMERATED', withMember(0, writeElement(0x0a, Uint8Array.of(3)))],
  ['origin 5', withHardware(writeExplicit(702, number(5)))],
  ['boot state 4', withHardware(writeExplicit(704, rootOfTrust({ state: 4 })))],
  [
    'a root of trust of five members',
    withHardware(writeExplicit(704, writeSequence(rootOfTrust().subarray(2), number(1)))),
  ],
  ['NULL with contents', withHardware(writeExplicit(503, writeElement(0x05, Uint8Array.of(0))))],
  ['noAuthRequired as BOOLEAN', withHardware(writeExplicit(503, writeElement(0x01, Uint8Array.of(0))))],
  ['an empty explicit tag', withHardware(writeElement(0xa2))],
  ['purposes that are no set', withHardware(writeExplicit(1, number(2)))],
  ['an application id that is no DER', app(writeOctetString(Uint8Array.of(1, 2, 3)))],
  [
    'bytes after the application id',
    app(writeOctetString(applicationId([], []).subarray(2), Uint8Array.of(0))),
  ],
  [
    'a package name that is no UTF-8',
    app(
      writeOctetString(
        writeSequence(
          writeElement(0x31, writeSequence(writeOctetString(Uint8Array.of(0xff)), number(1))),
          writeElement(0x31),
        ),
      ),
    ),
  ],
  ['nothing', new Uint8Array()],
  ['a sequence of nothing', writeSequence()],
]

describe('what is refused', () => {
  test.each(malformed)('%s', (_, der) => {
    expect(() => parseKeyDescription(der)).toThrow(
      expect.objectContaining({ code: 'key_description_malformed' }),
    )
  })

  test('more elements than any description has', () => {
    const flood = numbers(...Array.from({ length: 5000 }, () => 2))
    expect(() => parseKeyDescription(withHardware(writeExplicit(1, flood)))).toThrow(
      expect.objectContaining({ code: 'key_description_malformed' }),
    )
  })

  test('any bytes, with our error and no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => parseKeyDescription(bytes)).toThrow(KeyboundError)
      }),
      { numRuns: 300, seed: 6 },
    )
  })

  test('any description cut short', () => {
    for (let length = 0; length < valid.length; length++) {
      expect(() => parseKeyDescription(valid.subarray(0, length))).toThrow(KeyboundError)
    }
  })
})
