import type { CryptoPort } from '../../crypto/port.ts'
import { equalBytes } from '../../internal/bytes.ts'
import type { Ledger } from '../../policy/ledger.ts'
import {
  type Certificate,
  describeKey,
  describeName,
  isSignedBy,
  oid,
  readCertificate,
} from '../../x509/index.ts'
import { attestationRules as rules } from '../rules.ts'
import type { AppleRoot } from '../trust.ts'

/** The two certificates of an attestation, read. */
export interface AppAttestChain {
  /** The credential certificate: certifies the app's key. */
  readonly leaf: Certificate
  /** Apple App Attestation CA. */
  readonly issuer: Certificate
  /** The root behind it; undefined when there is none. */
  readonly root: AppleRoot | undefined
}

/** Extensions with Apple's meaning; what they say is judged where it matters or is not contractual. */
const appleArc = '1.2.840.113635.100.'
const understood: ReadonlySet<string> = new Set([oid.basicConstraints, oid.keyUsage, oid.extendedKeyUsage])

/**
 * Judges the certificates by position and signature, never by name: exactly two, the
 * second a CA whose key a trusted root signed, the first no CA, for a P-256 key, signed by the second, both valid at
 * `issuedAt`. Roots are judged by their key and name alone: their dates and further contents are of no account.
 *
 * Undefined when there are not two certificates, which ends the judging.
 */
export async function judgeChain(
  x5c: readonly Uint8Array[],
  roots: readonly AppleRoot[],
  issuedAt: Date,
  ledger: Ledger,
  crypto: CryptoPort,
): Promise<AppAttestChain | undefined> {
  const [leafDer, issuerDer] = x5c
  const two = ledger.check(
    rules.certificateCount,
    x5c.length === 2,
    `${x5c.length} certificates`,
    'the credential certificate and its issuer',
  )
  if (!two || leafDer === undefined || issuerDer === undefined) return undefined
  const leaf = readCertificate(leafDer)
  const issuer = readCertificate(issuerDer)
  judgeRoles(leaf, issuer, ledger)
  const root = await judgeRoot(issuer, roots, ledger, crypto)
  await judgeLeafSignature(leaf, issuer, ledger, crypto)
  judgeDates(leaf, issuer, issuedAt, ledger)
  return { leaf, issuer, root }
}

function judgeRoles(leaf: Certificate, issuer: Certificate, ledger: Ledger): void {
  ledger.check(
    rules.issuer,
    equalBytes(leaf.issuer.raw, issuer.subject.raw),
    `issuer ${describeName(leaf.issuer)}`,
    describeName(issuer.subject),
  )
  const ca = issuer.basicConstraints?.ca === true
  const signsCertificates = issuer.keyUsage === undefined || issuer.keyUsage.has('keyCertSign')
  ledger.check(
    rules.issuerIsCa,
    ca && signsCertificates,
    ca ? 'certificate authority' : 'issuer that is no certificate authority',
    'a certificate authority that may sign certificates',
  )
  ledger.check(
    rules.leafNotCa,
    leaf.basicConstraints?.ca !== true,
    leaf.basicConstraints?.ca === true ? 'credential certificate of a CA' : 'end entity certificate',
    'an end entity certificate',
  )
  ledger.check(
    rules.leafKey,
    leaf.publicKey.kind === 'ec' && leaf.publicKey.curve === 'p256',
    `${describeKey(leaf.publicKey)} key`,
    'EC P-256',
  )
  const unknown = [leaf, issuer].flatMap(unknownCritical)
  ledger.check(
    rules.criticalExtensions,
    unknown.length === 0,
    unknown.length === 0 ? 'no unknown critical extension' : `critical extension ${unknown.join(', ')}`,
    'only critical extensions that are understood',
  )
}

function unknownCritical({ extensions }: Certificate): string[] {
  return [...extensions]
    .filter(([id, { critical }]) => critical && !understood.has(id) && !id.startsWith(appleArc))
    .map(([id]) => id)
}

/** The root that signed the issuer: its name and its key must fit. */
async function judgeRoot(
  issuer: Certificate,
  roots: readonly AppleRoot[],
  ledger: Ledger,
  crypto: CryptoPort,
): Promise<AppleRoot | undefined> {
  let signer: AppleRoot | undefined
  for (const root of roots) {
    if (signer !== undefined || !equalBytes(issuer.issuer.raw, root.subject)) continue
    if (await isSignedBy(issuer, root.publicKey, crypto)) signer = root
  }
  const found = signer === undefined ? `signer ${describeName(issuer.issuer)}` : `root ${signer.name}`
  const names = roots.map(({ name }) => name).join(', ')
  const expected = `the key of a trusted root (${names || 'none is trusted'})`
  ledger.check(rules.root, signer !== undefined, found, expected)
  return signer
}

async function judgeLeafSignature(
  leaf: Certificate,
  issuer: Certificate,
  ledger: Ledger,
  crypto: CryptoPort,
): Promise<void> {
  const genuine = await isSignedBy(leaf, issuer.publicKey, crypto)
  const found = genuine ? 'signature by the issuer' : 'signature of the credential certificate'
  ledger.check(rules.leafSignature, genuine, found, 'one by the key of its issuer')
}

/** At the time of the attestation, as leaves live for days to months. */
function judgeDates(leaf: Certificate, issuer: Certificate, issuedAt: Date, ledger: Ledger): void {
  const notBefore = latest(leaf.notBefore, issuer.notBefore)
  const notAfter = earliest(leaf.notAfter, issuer.notAfter)
  const valid = issuedAt.getTime() >= notBefore.getTime() && issuedAt.getTime() <= notAfter.getTime()
  ledger.check(
    rules.dates,
    valid,
    `time ${issuedAt.toISOString()}`,
    `${notBefore.toISOString()} to ${notAfter.toISOString()}`,
  )
}

function latest(a: Date, b: Date): Date {
  return a.getTime() > b.getTime() ? a : b
}

function earliest(a: Date, b: Date): Date {
  return a.getTime() < b.getTime() ? a : b
}
