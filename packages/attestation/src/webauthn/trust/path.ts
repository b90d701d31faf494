import type { CryptoPort } from '../../crypto/port.ts'
import { AttestationError } from '../../errors.ts'
import { equalBytes } from '../../internal/bytes.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { oid } from '../../x509/oids.ts'
import { isSignedBy } from '../../x509/verify-signature.ts'

/** Critical extensions whose meaning is judged here or by the format (RFC 5280 §4.2: any other refuses). */
const knownExtensions: ReadonlySet<string> = new Set([
  oid.basicConstraints,
  oid.keyUsage,
  oid.extendedKeyUsage,
  oid.subjectAltName,
  oid.certificatePolicies,
])

/**
 * Checks that every certificate was issued by the next one (RFC 5280 §6.1, for chains of attestation keys). All of them
 * are judged, also those above a trust anchor, so that nothing can be slipped in; dates are judged with the anchor.
 * Refuses with `attestation_chain_invalid`.
 */
export async function checkPath(path: readonly Certificate[], crypto: CryptoPort): Promise<void> {
  for (const [index, certificate] of path.entries()) {
    checkExtensions(certificate, index)
    const issuer = path[index + 1]
    if (issuer === undefined) return
    checkIssuer(certificate, issuer, index)
    if (!(await isSignedBy(certificate, issuer.publicKey, crypto))) {
      throw invalid('RFC 5280 §6.1.3 (a)(1)', `signature of certificate ${index}, expected one by the next`)
    }
  }
}

/**
 * Whether a checked path leads to one of the roots, which are known by their keys: a certificate of it carries such a
 * key, or the last one was issued by it. The dates of what lies below the root are judged, its own are not.
 * Refuses with `attestation_chain_expired`, or `attestation_chain_invalid` when the root allows fewer issuers.
 */
export async function isAnchored(
  path: readonly Certificate[],
  roots: readonly Certificate[],
  issuedAt: Date,
  crypto: CryptoPort,
): Promise<boolean> {
  const anchor = path.findIndex((certificate) =>
    roots.some((root) => equalBytes(root.publicKey.spki, certificate.publicKey.spki)),
  )
  if (anchor >= 0) {
    checkDates(path.slice(0, anchor), issuedAt)
    return true
  }
  const issuer = await findIssuer(path.at(-1), roots, crypto)
  if (issuer === undefined) return false
  checkPathLength(issuer, path.length - 1, path.length)
  checkDates(path, issuedAt)
  return true
}

async function findIssuer(
  certificate: Certificate | undefined,
  roots: readonly Certificate[],
  crypto: CryptoPort,
): Promise<Certificate | undefined> {
  if (certificate === undefined) return undefined
  for (const root of roots) {
    if (!equalBytes(certificate.issuer.raw, root.subject.raw)) continue
    if (await isSignedBy(certificate, root.publicKey, crypto)) return root
  }
  return undefined
}

function checkExtensions({ extensions }: Certificate, index: number): void {
  for (const [id, { critical }] of extensions) {
    if (!critical || knownExtensions.has(id)) continue
    throw invalid('RFC 5280 §4.2', `critical extension ${id} in certificate ${index}, expected a known one`)
  }
}

/** RFC 5280 §6.1.3 (a)(4) and §6.1.4 (k) to (n). */
function checkIssuer(certificate: Certificate, issuer: Certificate, index: number): void {
  if (!equalBytes(certificate.issuer.raw, issuer.subject.raw)) {
    throw invalid(
      'RFC 5280 §6.1.3 (a)(4)',
      `issuer of certificate ${index}, expected the subject of the next`,
    )
  }
  if (!issuer.basicConstraints?.ca) {
    throw invalid('RFC 5280 §6.1.4 (k)', `issuing certificate ${index + 1}, expected a CA`)
  }
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('keyCertSign')) {
    throw invalid('RFC 5280 §6.1.4 (n)', `key usage of certificate ${index + 1}, expected keyCertSign`)
  }
  checkPathLength(issuer, index, index + 1)
}

function checkPathLength(issuer: Certificate, below: number, index: number): void {
  const allowed = issuer.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY
  if (below > allowed) {
    throw invalid(
      'RFC 5280 §6.1.4 (l)',
      `${below} issuers below certificate ${index}, expected at most ${allowed}`,
    )
  }
}

function checkDates(path: readonly Certificate[], at: Date): void {
  for (const [index, { notBefore, notAfter }] of path.entries()) {
    if (at >= notBefore && at <= notAfter) continue
    throw new AttestationError(
      'attestation_chain_expired',
      'RFC 5280 §6.1.3 (a)(2)',
      `Unexpected dates of certificate ${index}, expected ${at.toISOString()} to lie between ` +
        `${notBefore.toISOString()} and ${notAfter.toISOString()}.`,
    )
  }
}

function invalid(rule: string, what: string): AttestationError {
  return new AttestationError('attestation_chain_invalid', rule, `Unexpected ${what}.`)
}
