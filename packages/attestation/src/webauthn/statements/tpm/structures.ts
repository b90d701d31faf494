import type { HashAlgorithm } from '../../../crypto/port.ts'
import { invalidStatement } from '../statement.ts'
import { TpmReader } from './reader.ts'

const algorithmNull = 0x0010
const generatedValue = 0xff54_4347
const attestCertify = 0x8017

const hashes: Readonly<Record<number, HashAlgorithm>> = {
  4: 'sha1',
  11: 'sha256',
  12: 'sha384',
  13: 'sha512',
}
const curves: Readonly<Record<number, 'P-256' | 'P-384' | 'P-521'>> = { 3: 'P-256', 4: 'P-384', 5: 'P-521' }

/** TPMA_OBJECT (Part 2 §8.3): never leaves this TPM, nor with a parent, and was made in it. */
const madeHereToStay = 0x02 | 0x10 | 0x20

/** The key of a TPMT_PUBLIC (TPM 2.0 Part 2 §12.2.4), and the hash its name is made with. */
export type TpmPublicArea = {
  readonly nameAlgorithm: HashAlgorithm
  readonly nameAlgorithmId: number
  /** Whether the TPM made the key and never lets it out; false for one that was imported or may be duplicated. */
  readonly isBound: boolean
} & (
  | { readonly type: 'RSA'; readonly exponent: number; readonly modulus: Uint8Array }
  | {
      readonly type: 'EC2'
      readonly curve: 'P-256' | 'P-384' | 'P-521'
      readonly x: Uint8Array
      readonly y: Uint8Array
    }
)

/** Reads a TPMT_PUBLIC that fills the input: RSA and elliptic curve keys. */
export function readPublicArea(bytes: Uint8Array): TpmPublicArea {
  const reader = new TpmReader(bytes)
  const type = reader.uint16()
  const nameAlgorithmId = reader.uint16()
  const nameAlgorithm = hashes[nameAlgorithmId]
  if (nameAlgorithm === undefined) throw unexpected('nameAlg', 'SHA-1, SHA-256, SHA-384 or SHA-512')
  const isBound = (reader.uint32() & madeHereToStay) === madeHereToStay
  reader.sized() // authPolicy
  const key = type === 0x0001 ? readRsa(reader) : type === 0x0023 ? readElliptic(reader) : undefined
  if (key === undefined) throw unexpected(`key type ${type}`, 'RSA or ECC')
  reader.end()
  return { nameAlgorithm, nameAlgorithmId, isBound, ...key }
}

function readRsa(reader: TpmReader): { type: 'RSA'; exponent: number; modulus: Uint8Array } {
  skipSymmetric(reader)
  skipScheme(reader)
  reader.uint16() // keyBits, told by the modulus as well
  // Zero stands for the default exponent (Part 2 §12.2.3.5).
  const exponent = reader.uint32() || 65_537
  return { type: 'RSA', exponent, modulus: reader.sized() }
}

function readElliptic(reader: TpmReader): {
  type: 'EC2'
  curve: 'P-256' | 'P-384' | 'P-521'
  x: Uint8Array
  y: Uint8Array
} {
  skipSymmetric(reader)
  skipScheme(reader)
  const curve = curves[reader.uint16()]
  if (curve === undefined) throw unexpected('curve', 'P-256, P-384 or P-521')
  skipScheme(reader) // kdf
  return { type: 'EC2', curve, x: reader.sized(), y: reader.sized() }
}

/** TPMT_SYM_DEF_OBJECT: nothing after TPM_ALG_NULL, else key bits and mode. */
function skipSymmetric(reader: TpmReader): void {
  if (reader.uint16() !== algorithmNull) reader.uint32()
}

/** A scheme: nothing after TPM_ALG_NULL, else its hash. */
function skipScheme(reader: TpmReader): void {
  if (reader.uint16() !== algorithmNull) reader.uint16()
}

/** What WebAuthn judges of a TPMS_ATTEST. */
export interface TpmCertification {
  readonly extraData: Uint8Array
  /** The name of the key that was certified. */
  readonly name: Uint8Array
}

/** Reads a TPMS_ATTEST that fills the input and certifies a key (TPM 2.0 Part 2 §10.12.8, §10.12.3). */
export function readCertification(bytes: Uint8Array): TpmCertification {
  const reader = new TpmReader(bytes)
  if (reader.uint32() !== generatedValue) throw unexpected('magic', 'TPM_GENERATED_VALUE')
  if (reader.uint16() !== attestCertify) throw unexpected('type', 'TPM_ST_ATTEST_CERTIFY')
  reader.sized() // qualifiedSigner
  const extraData = reader.sized()
  reader.take(17 + 8) // clockInfo and firmwareVersion, which may be obfuscated
  const name = reader.sized()
  reader.sized() // qualifiedName
  reader.end()
  return { extraData, name }
}

function unexpected(what: string, expected: string): Error {
  return invalidStatement('WebAuthn L3 §8.3', `Unexpected ${what} in a TPM structure, expected ${expected}.`)
}
