import type { CryptoPort } from '../../crypto/port.ts'
import { equalBytes } from '../../internal/bytes.ts'
import type { AndroidKeyPolicy } from '../../policy/android.ts'
import type { Ledger } from '../../policy/ledger.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { describeName } from '../../x509/name.ts'
import { oid } from '../../x509/oids.ts'
import { isIssuerSignedBy } from '../../x509/remembered-signature.ts'
import { isSignedBy } from '../../x509/verify-signature.ts'
import { keyDescriptionOid } from '../key-description/key-description.ts'
import { provisioningInfoOid } from '../provisioning-info.ts'
import { chainRules } from '../rules.ts'
import type { AndroidRoot } from '../trust/root.ts'
import { type AndroidTrust, trustedRoots } from '../trust/trust.ts'
import { judgeAuthority } from './judge-authority.ts'
import { judgeRevocation } from './judge-revocation.ts'
import { judgeValidity } from './judge-validity.ts'
import { type ChainShape, recognizeShape } from './shape.ts'

export interface ChainQuestion {
  readonly certificates: readonly Certificate[]
  readonly policy: AndroidKeyPolicy
  readonly trust: AndroidTrust
  readonly issuedAt: Date
  readonly now: Date
  readonly crypto: CryptoPort
}

/** A chain that was judged: its certificates below the root, and the pinned root they lead to. */
export interface JudgedChain {
  readonly certificates: readonly Certificate[]
  readonly root: AndroidRoot | undefined
  readonly shape: ChainShape | undefined
  /** Whether the certificate after the leaf holds an attest key. */
  readonly attestKeys: 0 | 1
}

/** Judges names, places, roles, dates, revocation and signatures: whether the chain speaks for a genuine device. */
export async function judgeChain(ledger: Ledger, question: ChainQuestion): Promise<JudgedChain> {
  const { policy, trust, issuedAt, now, crypto } = question
  const all = question.certificates
  judgeDistinct(ledger, all)
  judgeCriticalExtensions(ledger, all)
  const attestKeys = judgePlacement(ledger, all, policy)
  const { root, certificates } = splitRoot(ledger, all, trust)
  judgeNames(ledger, certificates, root)
  const shape = recognizeShape(certificates, attestKeys, root)
  judgeShape(ledger, certificates, shape, policy)
  judgeProvisioningInfo(ledger, all, attestKeys)
  judgeAuthority(ledger, certificates, shape)
  judgeValidity(ledger, certificates, shape, issuedAt)
  judgeRevocation(ledger, all, policy, trust, now)
  await judgeSignatures(ledger, certificates, root, crypto)
  return { certificates, root, shape, attestKeys }
}

/** RFC 5280 §6.1: no certificate twice in a path. */
function judgeDistinct(ledger: Ledger, certificates: readonly Certificate[]): void {
  const repeated = certificates.some((certificate, index) =>
    certificates.slice(0, index).some((earlier) => equalBytes(earlier.raw, certificate.raw)),
  )
  const found = repeated ? 'one certificate twice' : 'each certificate once'
  ledger.check(chainRules.distinct, !repeated, found, 'each certificate once')
}

const understood: ReadonlySet<string> = new Set([oid.basicConstraints, oid.keyUsage, oid.extendedKeyUsage])

/** RFC 5280 §4.2: a critical extension that is not understood refuses. */
function judgeCriticalExtensions(ledger: Ledger, certificates: readonly Certificate[]): void {
  const unknown = certificates.flatMap(({ extensions }) =>
    [...extensions]
      .filter(([id, { critical }]) => critical && !understood.has(id) && id !== keyDescriptionOid)
      .map(([id]) => id),
  )
  const found = unknown.length === 0 ? 'none unknown' : `critical ${unknown.join(', ')}`
  ledger.check(chainRules.criticalExtensions, unknown.length === 0, found, 'none unknown')
}

/**
 * The extension must stand in the leaf and nowhere else. An attested key can sign a certificate of its own making
 * with any description in it; then there are two, and the guide trusts only the one nearest the root. We trust none.
 * With `attestKeys: 'allow'` the certificate after the leaf may hold one too; its own rules follow.
 */
function judgePlacement(
  ledger: Ledger,
  certificates: readonly Certificate[],
  policy: AndroidKeyPolicy,
): 0 | 1 {
  const places = certificates.flatMap(({ extensions }, index) =>
    extensions.has(keyDescriptionOid) ? [index] : [],
  )
  const allowed = policy.attestKeys === 'allow' ? ['0', '0,1'] : ['0']
  const found = places.length === 0 ? 'none' : `in certificate ${places.join(', ')}`
  ledger.check(
    chainRules.placement,
    allowed.includes(places.join()),
    found,
    'in certificate 0, the leaf, only',
  )
  const critical = certificates.some(({ extensions }) => extensions.get(keyDescriptionOid)?.critical)
  ledger.check(chainRules.notCritical, !critical, critical ? 'critical' : 'not critical', 'not critical')
  return policy.attestKeys === 'allow' && places.join() === '0,1' ? 1 : 0
}

/**
 * Finds the pinned root: by its key when the chain brings a certificate of it, or by its name when the chain leaves
 * it away, as devices may since 2026. The certificate of a root is dropped: its key is pinned, and nothing else in it
 * is signed by anybody.
 */
function splitRoot(
  ledger: Ledger,
  all: readonly Certificate[],
  trust: AndroidTrust,
): { readonly root: AndroidRoot | undefined; readonly certificates: readonly Certificate[] } {
  const [last] = all.slice(-1)
  if (last === undefined) return { root: undefined, certificates: all }
  const roots = trustedRoots(trust)
  const pinned = roots.find(({ publicKey }) => equalBytes(publicKey.spki, last.publicKey.spki))
  const bringsRoot = pinned !== undefined || equalBytes(last.issuer.raw, last.subject.raw)
  const name = bringsRoot ? last.subject : last.issuer
  const candidates = bringsRoot ? [pinned] : roots
  const root = candidates.find((candidate) => candidate && equalBytes(candidate.subject, name.raw))
  const found = root?.name ?? `an unknown key named ${describeName(name)}`
  ledger.check(
    chainRules.root,
    root !== undefined,
    found,
    'a pinned root; test roots only with trust.testOnly',
  )
  return { root, certificates: bringsRoot ? all.slice(0, -1) : all }
}

/** Each issuer name is the subject name of the next, byte for byte; the last one that of the pinned root. */
function judgeNames(
  ledger: Ledger,
  certificates: readonly Certificate[],
  root: AndroidRoot | undefined,
): void {
  const broken = certificates.findIndex((certificate, index) => {
    const issuer = certificates[index + 1]?.subject.raw ?? root?.subject
    return issuer !== undefined && !equalBytes(certificate.issuer.raw, issuer)
  })
  const found = broken === -1 ? 'in order' : `another issuer above certificate ${broken}`
  ledger.check(chainRules.names, broken === -1, found, 'in order')
}

function judgeShape(
  ledger: Ledger,
  certificates: readonly Certificate[],
  shape: ChainShape | undefined,
  policy: AndroidKeyPolicy,
): void {
  const below = `${certificates.length} certificates below the root`
  ledger.check(
    chainRules.provisioning,
    shape !== undefined,
    shape === undefined ? `${below}, unknown shape` : `${shape.provisioning}, ${below}`,
    'remote with 4 or factory with 3 below the root',
  )
  if (policy.provisioning !== 'any') {
    const found = shape?.provisioning ?? 'unknown'
    ledger.check(chainRules.remotelyProvisioned, found === 'remote', found, 'remote')
  }
}

/**
 * Where provisioning information stands, the certificate below holds the description nearest the root: anything else
 * was put between the two by somebody who is not Google.
 */
function judgeProvisioningInfo(
  ledger: Ledger,
  certificates: readonly Certificate[],
  attestKeys: 0 | 1,
): void {
  const place = 1 + attestKeys
  const places = certificates.flatMap(({ extensions }, index) =>
    extensions.has(provisioningInfoOid) ? [index] : [],
  )
  const fits = places.every((index) => index === place)
  const found = places.length === 0 ? 'none' : `in certificate ${places.join(', ')}`
  ledger.check(chainRules.provisioningInfo, fits, found, `none, or in certificate ${place} only`)
}

/** Each certificate is signed by the next, the last by the pinned root. The leaf's own key is not touched. */
async function judgeSignatures(
  ledger: Ledger,
  certificates: readonly Certificate[],
  root: AndroidRoot | undefined,
  crypto: CryptoPort,
): Promise<void> {
  for (const [index, certificate] of certificates.entries()) {
    const issuerKey = certificates[index + 1]?.publicKey ?? root?.publicKey
    const verify = index === 0 ? isSignedBy : isIssuerSignedBy
    const signed = issuerKey !== undefined && (await verify(certificate, issuerKey, crypto))
    const issuer = index + 1 < certificates.length ? `certificate ${index + 1}` : 'the root'
    const found = `certificate ${index} ${signed ? 'signed' : 'not signed'} by ${issuer}`
    ledger.check(chainRules.signatures, signed, found, `certificate ${index} signed by ${issuer}`)
  }
}
