import { malformedDer } from '../../der/malformed.ts'
import { DerReader } from '../../der/reader.ts'
import { derTag } from '../../der/tag.ts'
import { decodeUtf8, readEnumerated, readIntegerBytes, readNull, readUint } from '../../der/values.ts'

/** Where a key, or the code that describes it, lives (KeyMint AIDL `SecurityLevel`). */
export type SecurityLevel = 'software' | 'tee' | 'strongbox'

/** How a key came to be (KeyMint AIDL `KeyOrigin`). */
export type KeyOrigin = 'generated' | 'derived' | 'imported' | 'reserved' | 'securelyImported'

/** KeyMint AIDL `KeyPurpose`. */
export const keyPurpose = {
  encrypt: 0,
  decrypt: 1,
  sign: 2,
  verify: 3,
  wrapKey: 5,
  agreeKey: 6,
  attestKey: 7,
} as const

/** KeyMint AIDL `Algorithm`; 4 is ML-DSA of KeyMint 5. */
export const keyAlgorithm = { rsa: 1, ec: 3, mlDsa: 4, aes: 32, tripleDes: 33, hmac: 128 } as const

/** KeyMint AIDL `Digest`. */
export const keyDigest = { none: 0, md5: 1, sha1: 2, sha224: 3, sha256: 4, sha384: 5, sha512: 6 } as const

/** KeyMint AIDL `PaddingMode`. */
export const keyPadding = { none: 1, oaep: 2, pss: 3, pkcs1Encrypt: 4, pkcs1Sign: 5, pkcs7: 64 } as const

/** KeyMint AIDL `EcCurve`. */
export const keyCurve = { p224: 0, p256: 1, p384: 2, p521: 3, curve25519: 4 } as const

const securityLevels: readonly SecurityLevel[] = ['software', 'tee', 'strongbox']
const origins: readonly KeyOrigin[] = ['generated', 'derived', 'imported', 'reserved', 'securelyImported']

/** Reads ENUMERATED SecurityLevel: 0 to 2. */
export function readSecurityLevel(reader: DerReader): SecurityLevel {
  return named(securityLevels, readEnumerated(reader), 'SecurityLevel')
}

/** Reads INTEGER origin: 0 to 4. */
export function readOrigin(reader: DerReader): KeyOrigin {
  return named(origins, readUint(reader), 'origin')
}

/** The name of a number in a closed list. */
export function named<Name>(names: readonly Name[], number: number, what: string): Name {
  const name = names[number]
  if (name === undefined) {
    throw malformedDer('KeyMint AIDL', `Unexpected ${what} ${number}, expected 0 to ${names.length - 1}.`)
  }
  return name
}

/** Reads SET OF INTEGER. Genuine devices do not all sort their sets, so the order is free. */
export function readUintSet(reader: DerReader): readonly number[] {
  const set = reader.enter(derTag.set)
  const values: number[] = []
  while (!set.atEnd) values.push(readUint(set))
  return values
}

/** Reads the NULL that marks a tag as present. */
export function readPresence(reader: DerReader): true {
  readNull(reader)
  return true
}

/** Reads OCTET STRING. */
export function readOctets(reader: DerReader): Uint8Array {
  return reader.read(derTag.octetString)
}

const lenientUtf8 = new TextDecoder()

/** Reads a device property (710 to 717, 723): text in an OCTET STRING, bytes that are no UTF-8 replaced. */
export function readDeviceText(reader: DerReader): string {
  return lenientUtf8.decode(readOctets(reader))
}

/** Reads a package name: strict UTF-8 in an OCTET STRING. */
export function readUtf8Octets(reader: DerReader): string {
  return decodeUtf8(readOctets(reader))
}

const latestTime = 8.64e15

/** Reads milliseconds since 1970 as a date; what some devices write instead of one is `unknown`. */
export function readDate(reader: DerReader): Date | 'unknown' {
  const contents = readIntegerBytes(reader)
  const negative = (contents[0] ?? 0) >= 0x80
  const milliseconds = contents.reduce((value, octet) => value * 256 + octet, 0)
  return negative || milliseconds > latestTime ? 'unknown' : new Date(milliseconds)
}

/**
 * Reads a security patch level as the number it is written as: `YYYYMM` or `YYYYMMDD`. Anything that is no such
 * date, as some devices write, is `unknown`, which no minimum accepts.
 */
export function readPatchLevel(reader: DerReader): number | 'unknown' {
  const contents = readIntegerBytes(reader)
  if ((contents[0] ?? 0) >= 0x80 || contents.length > 4) return 'unknown'
  const level = contents.reduce((value, octet) => value * 256 + octet, 0)
  const digits = String(level).length
  const month = Math.floor(level / (digits === 8 ? 100 : 1)) % 100
  const isDate = (digits === 6 || (digits === 8 && level % 100 <= 31)) && month >= 1 && month <= 12
  return isDate ? level : 'unknown'
}

/** Reads one structure that fills an OCTET STRING. */
export function readInOctets<T>(reader: DerReader, read: (inner: DerReader) => T): T {
  const inner = new DerReader(readOctets(reader), reader.budget)
  const value = read(inner)
  inner.end()
  return value
}
