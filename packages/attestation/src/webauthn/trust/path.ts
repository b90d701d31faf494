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
 * Whether a checked path leads to one of the roots, which are known by their keys: an issuer in it carries such a key, or
 * the last one was issued by it. A leaf is its own anchor only when the very certificate is configured, because nothing
 * in a path signs its last certificate, and not every format signs with the leaf's key. The dates of what lies below the
 * root are judged, its own are not; what it may issue is judged by the configured root, not by the one that was sent.
 * Refuses with `attestation_chain_expired`, or `attestation_chain_invalid` when the root may not issue the path.
 */
export async function isAnchored(
  path: readonly Certificate[],
  roots: readonly Certificate[],
  issuedAt: Date,
  crypto: CryptoPort,
): Promise<boolean> {
  const [leaf, ...issuers] = path
  if (roots.some(({ raw }) => leaf !== undefined && equalBytes(raw, leaf.raw))) return true
  for (const [below, { publicKey }] of issuers.entries()) {
    const root = roots.find((candidate) => equalBytes(candidate.publicKey.spki, publicKey.spki))
    if (root !== undefined) return isIssuedBelow(root, path.slice(0, below + 1), issuedAt)
  }
  const root = await findIssuer(path.at(-1), roots, crypto)
  return root !== undefined && isIssuedBelow(root, path, issuedAt)
}

/** Judges what lies below a root: that the root may issue it, and the dates. */
function isIssuedBelow(root: Certificate, path: readonly Certificate[], issuedAt: Date): true {
  // Certificates before version 3 cannot say that they are CAs; being configured says it for them.
  if (root.version === 3 && !root.basicConstraints?.ca) {
    throw invalid('RFC 5280 §6.1.4 (k)', `root above certificate ${path.length - 1}, expected a CA`)
  }
  checkPathLength(root, path.length - 1, path.length)
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
      `Unexpected dates of certificate ${index}, expected ${describeTime(at)} to lie between ` +
        `${describeTime(notBefore)} and ${describeTime(notAfter)}.`,
    )
  }
}

/** A time that is none lies between no dates. */
function describeTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? 'no time' : time.toISOString()
}

function invalid(rule: string, what: string): AttestationError {
  return new AttestationError('attestation_chain_invalid', rule, `Unexpected ${what}.`)
}
