import { X509Certificate } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  attribute,
  authorityKeys,
  basicConstraints,
  type CertificateSpec,
  chainSpecs,
  keyUsage,
  makeKeys,
  writeCertificate,
  writeChain,
  writeName,
} from '../../../../test/support/android-authority/index.ts'
import { createNodeCrypto } from '../crypto/node/index.ts'
import { createWebCrypto } from '../crypto/webcrypto/index.ts'
import {
  concatBytes,
  DerReader,
  derTag,
  writeBitString,
  writeBoolean,
  writeElement,
  writeExplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSet,
  writeString,
  writeTime,
} from '../der/index.ts'
import {
  attributeValues,
  certificateSignatureAlgorithm,
  describeKey,
  describeName,
  isSignedBy,
  oid,
  parsePublicKeyInfo,
  readCertificate,
} from './index.ts'

const [leafSpec] = chainSpecs()
const base: CertificateSpec = leafSpec as CertificateSpec
const refusal = expect.objectContaining({ code: 'certificate_malformed' })
const wanted = { seed: 6, numRuns: 300 }

describe('what is read', () => {
  test('the fields that verifiers judge', () => {
    const extensions = [
      basicConstraints(true, 3),
      keyUsage('digitalSignature', 'keyCertSign'),
      { id: oid.extendedKeyUsage, value: writeSequence(writeObjectIdentifier('2.23.133.8.3')) },
      { id: oid.subjectAltName, value: writeSequence() },
    ]
    const certificate = readCertificate(writeCertificate({ ...base, serial: 0xabcn, extensions }))
    expect(certificate).toMatchObject({
      version: 3,
      serial: 'abc',
      notBefore: base.notBefore,
      notAfter: base.notAfter,
      basicConstraints: { ca: true, pathLength: 3 },
      extendedKeyUsage: ['2.23.133.8.3'],
      signatureAlgorithm: oid.ecdsaWithSha256,
    })
    expect([...(certificate.keyUsage ?? [])]).toEqual(['digitalSignature', 'keyCertSign'])
    expect(certificate.subjectAltName).toEqual(writeSequence())
    expect(certificate.subject.raw).toEqual(writeName(base.subject))
    expect(describeName(certificate.issuer)).toBe('O=TEE, CN=0123456789abcdef0123456789abcdef')
    expect(attributeValues(certificate.issuer, attribute.organization)).toEqual(['TEE'])
    expect(describeKey(certificate.publicKey)).toBe('EC P-256')
  })

  test('the same as OpenSSL reads', () => {
    for (const der of writeChain(chainSpecs())) {
      const ours = readCertificate(der)
      const theirs = new X509Certificate(der)
      expect(ours.serial).toBe(theirs.serialNumber.toLowerCase().replace(/^0+(?=.)/, ''))
      expect(ours.notBefore).toEqual(theirs.validFromDate)
      expect(ours.notAfter).toEqual(theirs.validToDate)
      expect(Buffer.from(ours.publicKey.spki)).toEqual(
        theirs.publicKey.export({ format: 'der', type: 'spki' }),
      )
    }
  })

  test('a name whose string type is another, as hexadecimal', () => {
    const name = writeSequence(
      writeSet(
        writeSequence(writeObjectIdentifier(attribute.commonName), writeString('ab', derTag.teletexString)),
      ),
    )
    const { subject } = readCertificate(assemble({ subject: name }))
    expect(describeName(subject)).toBe('CN=#6162')
  })

  test('a certificate without extensions', () => {
    const { extensions, basicConstraints: none } = readCertificate(assemble({ extensions: undefined }))
    expect([extensions.size, none]).toEqual([0, undefined])
  })
})

describe('what genuine devices write', () => {
  test('no parameters of RSA', () => {
    const algorithm = writeSequence(writeObjectIdentifier(oid.rsaWithSha256))
    expect(readCertificate(assemble({ algorithm })).signatureAlgorithm).toBe(oid.rsaWithSha256)
  })

  test('a negative serial number, and zero', () => {
    const negative = writeElement(derTag.integer, Uint8Array.of(0x80, 1))
    expect(readCertificate(assemble({ serial: negative })).serial).toBe('8001')
    expect(readCertificate(assemble({ serial: writeInteger(0) })).serial).toBe('0')
  })

  test('NULL as parameters of ECDSA, inside and outside alike', () => {
    const algorithm = writeSequence(writeObjectIdentifier(oid.ecdsaWithSha256), writeNull())
    expect(readCertificate(assemble({ algorithm })).signatureAlgorithm).toBe(oid.ecdsaWithSha256)
  })

  test('critical as 01', () => {
    const critical = writeElement(derTag.boolean, Uint8Array.of(1))
    const { extensions } = readCertificate(
      assemble(inExtensions(oneExtension('1.2.3', writeNull(), critical))),
    )
    expect(extensions.get('1.2.3')?.critical).toBe(true)
  })
})

/** Parts of a certificate that is put together by hand, unsigned. */
interface Parts {
  readonly version: Uint8Array | undefined
  readonly serial: Uint8Array
  readonly algorithm: Uint8Array
  readonly outerAlgorithm: Uint8Array
  readonly validity: Uint8Array
  readonly subject: Uint8Array
  readonly spki: Uint8Array
  readonly extensions: Uint8Array | undefined
  readonly signature: Uint8Array
}

const ecdsa = writeSequence(writeObjectIdentifier(oid.ecdsaWithSha256))
const oneExtension = (id: string, value: Uint8Array, ...between: Uint8Array[]) =>
  writeSequence(writeObjectIdentifier(id), ...between, writeOctetString(value))

function assemble(change: Partial<Parts>): Uint8Array {
  const parts: Parts = {
    version: writeExplicit(0, writeInteger(2)),
    serial: writeInteger(1),
    algorithm: ecdsa,
    outerAlgorithm: change.algorithm ?? ecdsa,
    validity: writeSequence(writeTime(base.notBefore), writeTime(base.notAfter)),
    subject: writeName(base.subject),
    spki: base.spki,
    extensions: writeExplicit(3, writeSequence(oneExtension('1.2.3', writeNull()))),
    signature: writeBitString(Uint8Array.of(1)),
    ...change,
  }
  const tbs = writeSequence(
    ...present(parts.version),
    parts.serial,
    parts.algorithm,
    writeName(base.issuer),
    parts.validity,
    parts.subject,
    parts.spki,
    ...present(parts.extensions),
  )
  return writeSequence(tbs, parts.outerAlgorithm, parts.signature)
}

const present = (part: Uint8Array | undefined) => (part === undefined ? [] : [part])
const inExtensions = (...extensions: Uint8Array[]) => ({
  extensions: writeExplicit(3, writeSequence(...extensions)),
})
const constraints = (...members: Uint8Array[]) =>
  inExtensions(oneExtension(oid.basicConstraints, writeSequence(...members)))
const usage = (value: Uint8Array) => inExtensions(oneExtension(oid.keyUsage, value))
const rsa = writeSequence(writeObjectIdentifier(oid.rsaEncryption), writeNull())
const rsaKey = (modulus: Uint8Array, exponent: number | bigint) => ({
  spki: writeSequence(rsa, writeBitString(writeSequence(modulus, writeInteger(exponent)))),
})
const bits = (count: number) => writeInteger(2n ** BigInt(count - 1) + 1n)
const ecKey = (curve: string, point: Uint8Array, ...more: Uint8Array[]) => ({
  spki: writeSequence(
    writeSequence(writeObjectIdentifier(oid.ecPublicKey), writeObjectIdentifier(curve), ...more),
    writeBitString(point),
  ),
})

describe('what is refused', () => {
  test.each<[string, Partial<Parts>]>([
    ['version 4', { version: writeExplicit(0, writeInteger(3)) }],
    ['version 1 written out', { version: writeExplicit(0, writeInteger(0)) }],
    ['extensions in version 1', { version: undefined }],
    ['a serial number of 22 octets', { serial: writeInteger(new Uint8Array(22).fill(1)) }],
    ['a serial number with a leading zero', { serial: writeElement(derTag.integer, Uint8Array.of(0, 1)) }],
    [
      'another algorithm outside',
      { outerAlgorithm: writeSequence(writeObjectIdentifier(oid.ecdsaWithSha384)) },
    ],
    [
      'NULL in the algorithm outside alone',
      { outerAlgorithm: writeSequence(writeObjectIdentifier(oid.ecdsaWithSha256), writeNull()) },
    ],
    [
      'ECDSA with parameters that are not NULL',
      { algorithm: writeSequence(writeObjectIdentifier(oid.ecdsaWithSha256), writeInteger(0)) },
    ],
    [
      'ECDSA with NULL and more',
      { algorithm: writeSequence(writeObjectIdentifier(oid.ecdsaWithSha256), writeNull(), writeNull()) },
    ],
    ['Ed25519 with NULL', { algorithm: writeSequence(writeObjectIdentifier(oid.ed25519), writeNull()) }],
    [
      'RSA with other parameters',
      { algorithm: writeSequence(writeObjectIdentifier(oid.rsaWithSha256), writeInteger(0)) },
    ],
    [
      'three dates',
      {
        validity: writeSequence(
          writeTime(base.notBefore),
          writeTime(base.notBefore),
          writeTime(base.notAfter),
        ),
      },
    ],
    ['one date', { validity: writeSequence(writeTime(base.notBefore)) }],
    ['an empty relative name', { subject: writeSequence(writeSet()) }],
    [
      'a name with a control character',
      {
        subject: writeSequence(
          writeSet(
            writeSequence(
              writeObjectIdentifier(attribute.commonName),
              writeString('a\0', derTag.printableString),
            ),
          ),
        ),
      },
    ],
    [
      'a name that is no UTF-8',
      {
        subject: writeSequence(
          writeSet(
            writeSequence(
              writeObjectIdentifier(attribute.commonName),
              writeElement(derTag.utf8String, Uint8Array.of(0xff)),
            ),
          ),
        ),
      },
    ],
    [
      'an attribute of three',
      {
        subject: writeSequence(
          writeSet(writeSequence(writeObjectIdentifier(attribute.commonName), writeString('a'), writeNull())),
        ),
      },
    ],
    ['an empty list of extensions', inExtensions()],
    [
      'one extension twice',
      inExtensions(oneExtension('1.2.3', writeNull()), oneExtension('1.2.3', writeNull())),
    ],
    [
      'critical of two octets',
      inExtensions(oneExtension('1.2.3', writeNull(), writeElement(derTag.boolean, Uint8Array.of(0, 1)))),
    ],
    [
      'a field after the value',
      inExtensions(writeSequence(writeObjectIdentifier('1.2.3'), writeOctetString(), writeNull())),
    ],
    ['unique identifiers', { extensions: writeElement(0x81, Uint8Array.of(0)) }],
    [
      'bytes after the constraints',
      inExtensions(oneExtension(oid.basicConstraints, concatBytes([writeSequence(), writeNull()]))),
    ],
    ['a path length without CA', constraints(writeInteger(0))],
    [
      'a negative path length',
      constraints(writeBoolean(true), writeElement(derTag.integer, Uint8Array.of(0xff))),
    ],
    ['constraints of three', constraints(writeBoolean(true), writeInteger(0), writeInteger(0))],
    ['a key usage of ten bits and more', usage(writeBitString(Uint8Array.of(0x80, 0, 1)))],
    ['a key usage that is no BIT STRING', usage(writeOctetString(Uint8Array.of(0x80)))],
    ['an empty list of key purposes', inExtensions(oneExtension(oid.extendedKeyUsage, writeSequence()))],
    ['a signature of half an octet', { signature: writeBitString(Uint8Array.of(0xf0), 4) }],
    ['an RSA key of 1023 bits', rsaKey(bits(1023), 65537)],
    ['an RSA key of 8193 bits', rsaKey(bits(8193), 65537)],
    ['a negative RSA modulus', rsaKey(writeElement(derTag.integer, new Uint8Array(256).fill(0xf0)), 65537)],
    ['an RSA exponent of 1', rsaKey(bits(2048), 1)],
    ['an even RSA exponent', rsaKey(bits(2048), 65536)],
    ['an RSA exponent of 33 bits', rsaKey(bits(2048), 2n ** 32n + 1n)],
    ['a compressed point', ecKey(oid.p256, Uint8Array.of(2, ...new Uint8Array(32)))],
    ['a point of another length', ecKey(oid.p256, Uint8Array.of(4, ...new Uint8Array(96)))],
    ['parameters after the curve', ecKey(oid.p256, Uint8Array.of(4, ...new Uint8Array(64)), writeNull())],
    [
      'an Ed25519 key of 31 bytes',
      {
        spki: writeSequence(
          writeSequence(writeObjectIdentifier(oid.ed25519)),
          writeBitString(new Uint8Array(31)),
        ),
      },
    ],
  ])('%s', (_, change) => {
    expect(() => readCertificate(assemble(change))).toThrow(refusal)
  })

  test.each<[string, Uint8Array]>([
    ['a byte after the certificate', Uint8Array.of(...assemble({}), 0)],
    ['a member after the signature', writeSequence(...[assemble({}).subarray(4), writeNull()])],
    ['nothing', new Uint8Array()],
    ['16 KiB and a byte', new Uint8Array(16_385)],
  ])('%s', (_, der) => {
    expect(() => readCertificate(der)).toThrow(refusal)
  })

  test('more elements than any certificate has', () => {
    const pair = writeSet(writeSequence(writeObjectIdentifier('2.5.4.3'), writeString('')))
    const subject = writeSequence(...Array.from({ length: 1100 }, () => pair))
    expect(subject.length).toBeLessThan(16_000)
    expect(() => readCertificate(assemble({ subject }))).toThrow(refusal)
  })

  test('any bytes, with our error and no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (input) => {
        expect(() => readCertificate(input)).toThrow(KeyboundError)
      }),
      wanted,
    )
  })
})

describe('what is tolerated, because genuine issuers write it', () => {
  test('CA:FALSE written out', () => {
    const { basicConstraints: written } = readCertificate(assemble(constraints(writeBoolean(false))))
    expect(written).toEqual({ ca: false, pathLength: undefined })
  })

  test('keys of algorithms that nothing here uses, by name', () => {
    const mlDsa = writeSequence(
      writeSequence(writeObjectIdentifier('2.16.840.1.101.3.4.3.18')),
      writeBitString(new Uint8Array(8)),
    )
    expect(describeKey(parsePublicKeyInfo(mlDsa))).toBe('algorithm 2.16.840.1.101.3.4.3.18')
    const { spki } = ecKey('1.3.132.0.10', new Uint8Array(65))
    expect(parsePublicKeyInfo(spki).kind).toBe('other')
  })
})

describe('signatures', () => {
  const ports = [
    { port: 'Node', crypto: createNodeCrypto() },
    { port: 'WebCrypto', crypto: createWebCrypto() },
  ]
  const issuer = makeKeys()
  const rsaIssuer = makeKeys('rsa2048')
  const key = (keys: { readonly spki: Uint8Array }) => parsePublicKeyInfo(keys.spki)
  const signed = readCertificate(writeCertificate({ ...base, signer: issuer.privateKey }))
  const signedByRsa = readCertificate(
    writeCertificate({ ...base, signer: rsaIssuer.privateKey, hash: 'sha384' }),
  )

  test.each(ports)('verify with the issuer’s key and no other, $port', async ({ crypto }) => {
    expect(await isSignedBy(signed, key(issuer), crypto)).toBe(true)
    expect(await isSignedBy(signedByRsa, key(rsaIssuer), crypto)).toBe(true)
    expect(await isSignedBy(signed, key(authorityKeys.leaf), crypto)).toBe(false)
    expect(await isSignedBy(signed, key(rsaIssuer), crypto)).toBe(false)
    expect(await isSignedBy(signedByRsa, key(issuer), crypto)).toBe(false)
  })

  test.each(ports)('never verify with a point off its curve, $port', async ({ crypto }) => {
    const off = parsePublicKeyInfo(ecKey(oid.p256, Uint8Array.of(4, ...new Uint8Array(64).fill(1))).spki)
    expect(await isSignedBy(signed, off, crypto)).toBe(false)
  })

  test('algorithms that fit no key are none', () => {
    const ed25519 = { kind: 'ed25519', spki: new Uint8Array() } as const
    expect(certificateSignatureAlgorithm(oid.ed25519, ed25519)).toBe('ed25519')
    expect(certificateSignatureAlgorithm(oid.ecdsaWithSha256, ed25519)).toBeUndefined()
    expect(certificateSignatureAlgorithm(oid.ed25519, key(issuer))).toBeUndefined()
    expect(certificateSignatureAlgorithm('1.2.840.113549.1.1.5', key(rsaIssuer))).toBeUndefined()
    const other = { kind: 'other', spki: new Uint8Array(), algorithm: 'x' } as const
    expect(certificateSignatureAlgorithm(oid.ecdsaWithSha256, other)).toBeUndefined()
  })
})

test('a reader of a certificate leaves the input as it was', () => {
  const der = assemble({})
  const before = der.slice()
  readCertificate(der)
  new DerReader(der).enter()
  expect(der).toEqual(before)
})
