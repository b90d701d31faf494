import type { CborMap } from '@keybound/protocol/encoding'
import type { CryptoPort, SignatureAlgorithm } from '../../crypto/port.ts'
import { DerReader } from '../../der/reader.ts'
import { derTag } from '../../der/tag.ts'
import { refusing } from '../../errors.ts'
import { equalBytes } from '../../internal/bytes.ts'
import { type Certificate, readCertificate } from '../../x509/certificate.ts'
import { invalidStatement } from './statement.ts'

/** Most certificates in a statement that are looked at. */
export const mostCertificates = 8

/** id-fido-gen-ce-aaguid (WebAuthn L3 §8.2.1). */
const aaguidExtension = '1.3.6.1.4.1.45724.1.1.4'

/** The certificates of member `x5c`, leaf first: at least one. */
export function readX5c(statement: CborMap, rule: string): readonly [Certificate, ...Certificate[]] {
  const x5c = statement.get('x5c')
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > mostCertificates) {
    throw invalidStatement(
      rule,
      `Unexpected x5c, expected an array of 1 to ${mostCertificates} certificates.`,
    )
  }
  const certificates = x5c.map((der: unknown) => {
    if (!(der instanceof Uint8Array)) throw invalidStatement(rule, 'Unexpected item in x5c, expected bytes.')
    return readCertificate(der)
  })
  return certificates as [Certificate, ...Certificate[]]
}

/**
 * Whether the certified key signed the data with the algorithm. False as well for no algorithm, for one of another
 * kind than the key, and for a key that cannot be used.
 */
export async function isSignedByLeaf(
  crypto: CryptoPort,
  algorithm: SignatureAlgorithm | undefined,
  { publicKey }: Certificate,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  if (algorithm === undefined || !(await crypto.validateKey(algorithm, publicKey))) return false
  return crypto.verify(algorithm, publicKey, signature, data)
}

/** Version 3 and not a CA: what every format asks of its attestation certificate (§8.2.1, §8.3.1). */
export function requireLeaf(certificate: Certificate, rule: string): void {
  if (certificate.version !== 3) {
    throw invalidStatement(rule, `Unexpected certificate version ${certificate.version}, expected 3.`)
  }
  if (certificate.basicConstraints === undefined || certificate.basicConstraints.ca) {
    throw invalidStatement(rule, 'Unexpected basic constraints, expected CA to be false.')
  }
}

/** Where the certificate names the authenticator's model, it is that of the data; not critical (§8.2.1). */
export function checkAaguidExtension(certificate: Certificate, aaguid: Uint8Array, rule: string): void {
  const extension = certificate.extensions.get(aaguidExtension)
  if (extension === undefined) return
  if (extension.critical)
    throw invalidStatement(rule, 'Unexpected critical AAGUID extension, expected it not critical.')
  const certified = refusing('attestation_statement_invalid', rule, () => {
    const reader = new DerReader(extension.value)
    const value = reader.read(derTag.octetString)
    reader.end()
    return value
  })
  if (!equalBytes(certified, aaguid)) {
    throw invalidStatement(
      rule,
      'Unexpected AAGUID in the certificate, expected that of the authenticator data.',
    )
  }
}
