import { malformedDer } from '../der/malformed.ts'
import { DerReader } from '../der/reader.ts'
import { contextTag } from '../der/tag.ts'
import { readTime } from '../der/time.ts'
import {
  readIntegerBytes,
  readNull,
  readObjectIdentifier,
  readOctetBitString,
  readUint,
} from '../der/values.ts'
import { refusing } from '../errors.ts'
import { equalBytes, toHex } from '../internal/bytes.ts'
import {
  type BasicConstraints,
  type Extension,
  type KeyUsage,
  readBasicConstraints,
  readExtendedKeyUsage,
  readExtensions,
  readKeyUsage,
} from './extensions.ts'
import { type DistinguishedName, readName } from './name.ts'
import { oid } from './oids.ts'
import { type PublicKeyInfo, readPublicKeyInfo } from './public-key.ts'

/** An X.509 certificate (RFC 5280 §4.1): the fields a verifier judges. Byte strings are views on the input. */
export interface Certificate {
  readonly raw: Uint8Array
  /** The bytes that the issuer signed. */
  readonly tbs: Uint8Array
  readonly version: 1 | 2 | 3
  /**
   * Serial number in lowercase hexadecimal without leading zeros: the form of Google's status list. A negative one, which
   * none on that list can be, in two's complement.
   */
  readonly serial: string
  readonly issuer: DistinguishedName
  readonly subject: DistinguishedName
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: PublicKeyInfo
  /** By dotted identifier. */
  readonly extensions: ReadonlyMap<string, Extension>
  readonly basicConstraints: BasicConstraints | undefined
  readonly keyUsage: KeyUsage | undefined
  readonly extendedKeyUsage: readonly string[] | undefined
  /** Contents of subjectAltName, unread. */
  readonly subjectAltName: Uint8Array | undefined
  /** Dotted identifier of the signature algorithm; the same inside and outside. */
  readonly signatureAlgorithm: string
  readonly signature: Uint8Array
}

/** Most bytes of one certificate: genuine ones with an ML-DSA key stay below 4 KiB. */
const mostBytes = 16_384

/**
 * Reads one DER certificate that fills the input. Synchronous and without any cryptography: nothing is verified.
 * Refuses with `certificate_malformed`; the cause is the reader's own refusal.
 */
export function readCertificate(der: Uint8Array): Certificate {
  return refusing('certificate_malformed', 'RFC 5280 §4.1', () => parseCertificate(der))
}

function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > mostBytes) {
    throw malformedDer(
      'size',
      `Unexpected certificate of ${der.length} bytes, expected at most ${mostBytes}.`,
    )
  }
  const reader = new DerReader(der)
  const certificate = reader.enter()
  reader.end()
  const start = certificate.offset
  const inner = certificate.enter()
  const tbs = certificate.since(start)
  const outerStart = certificate.offset
  certificate.enter()
  const outerAlgorithm = certificate.since(outerStart)
  const signature = readOctetBitString(certificate)
  certificate.end()
  return { raw: der, tbs, ...readTbs(inner, outerAlgorithm), signature }
}

/** An AlgorithmIdentifier: its dotted identifier, and the whole of it as it was written. */
interface SignatureAlgorithmIdentifier {
  readonly algorithm: string
  readonly raw: Uint8Array
}

function readTbs(tbs: DerReader, outerAlgorithm: Uint8Array): Omit<Certificate, 'raw' | 'tbs' | 'signature'> {
  const version = readVersion(tbs)
  const serial = readSerial(tbs)
  const { algorithm: signatureAlgorithm, raw: signedAlgorithm } = readSignatureAlgorithm(tbs)
  // §4.1.1.2: the algorithm outside the signature must be the signed one, parameters and all.
  if (!equalBytes(signedAlgorithm, outerAlgorithm)) {
    throw malformedDer('RFC 5280 §4.1.1.2', 'Unexpected outer algorithm, expected the one that was signed.')
  }
  const issuer = readName(tbs)
  const validity = tbs.enter()
  const notBefore = readTime(validity)
  const notAfter = readTime(validity)
  validity.end()
  const subject = readName(tbs)
  const publicKey = readPublicKeyInfo(tbs)
  const extensions = readOptionalExtensions(tbs, version)
  tbs.end()
  const budget = tbs.budget
  return {
    version,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions,
    basicConstraints: readBasicConstraints(extensions, budget),
    keyUsage: readKeyUsage(extensions, budget),
    extendedKeyUsage: readExtendedKeyUsage(extensions, budget),
    subjectAltName: extensions.get(oid.subjectAltName)?.value,
    signatureAlgorithm,
  }
}

function readVersion(tbs: DerReader): 1 | 2 | 3 {
  if (!tbs.isNext(contextTag(0))) return 1
  const explicit = tbs.enter(contextTag(0))
  const version = readUint(explicit)
  explicit.end()
  if (version === 1) return 2
  if (version === 2) return 3
  throw malformedDer('RFC 5280 §4.1.2.1', `Unexpected version ${version}, expected v1, v2 or v3.`)
}

/** §4.1.2.2: at most 20 octets. Zero and negative ones are read, as that clause asks: roots and makers of TPMs have them. */
function readSerial(tbs: DerReader): string {
  const contents = readIntegerBytes(tbs)
  if (contents.length > 21) {
    throw malformedDer('RFC 5280 §4.1.2.2', 'Unexpected serial number, expected at most 20 octets.')
  }
  return toHex(contents).replace(/^0+(?=.)/, '')
}

/** Algorithms without parameters, or with NULL for them. */
const plainAlgorithms: ReadonlySet<string> = new Set([
  oid.rsaWithSha256,
  oid.rsaWithSha384,
  oid.rsaWithSha512,
  oid.ecdsaWithSha256,
  oid.ecdsaWithSha384,
  oid.ecdsaWithSha512,
])

/**
 * Reads an AlgorithmIdentifier of a signature. For RSA the parameters are NULL, and their absence is to be accepted
 * (RFC 4055 §5): YubiKeys NEO leave them away. For ECDSA they should be absent (RFC 5758 §3.2): the StrongBox of every
 * Pixel 3 to 5 writes NULL. For Ed25519 there are none (RFC 8410 §3). Others are only named, as nothing here verifies
 * them.
 */
function readSignatureAlgorithm(reader: DerReader): SignatureAlgorithmIdentifier {
  const start = reader.offset
  const identifier = reader.enter()
  const raw = reader.since(start)
  const algorithm = readObjectIdentifier(identifier)
  if (plainAlgorithms.has(algorithm) && !identifier.atEnd) readNull(identifier)
  if (plainAlgorithms.has(algorithm) || algorithm === oid.ed25519) identifier.end()
  return { algorithm, raw }
}

/** §4.1.2.1, §4.1.2.8: unique identifiers are never used; extensions only in v3. */
function readOptionalExtensions(tbs: DerReader, version: number): ReadonlyMap<string, Extension> {
  if (tbs.atEnd) return new Map()
  if (version !== 3) throw malformedDer('RFC 5280 §4.1.2.1', 'Unexpected extensions, expected version 3.')
  const explicit = tbs.enter(contextTag(3))
  const extensions = readExtensions(explicit)
  explicit.end()
  return extensions
}
