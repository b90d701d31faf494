import { AttestationError } from '../errors.ts'
import { toHex } from '../internal/bytes.ts'
import type { Finding } from '../policy/finding.ts'
import { Ledger } from '../policy/ledger.ts'
import type { Certificate } from '../x509/certificate.ts'
import { describeName } from '../x509/name.ts'
import { describeKey } from '../x509/public-key.ts'
import { readChain } from './chain/read-chain.ts'
import { type Examined, examine } from './examine.ts'
import { enforcedList } from './key/question.ts'
import { readUserAuthentication } from './key/user-authentication.ts'
import {
  type KeyDescription,
  keyDescriptionOid,
  parseKeyDescription,
} from './key-description/key-description.ts'
import { readCertificatesIssued } from './provisioning-info.ts'
import type {
  AndroidKeyAttestation,
  AndroidKeyAttestationOptions,
  AndroidKeyJudgement,
  ChainCertificate,
} from './types.ts'

/**
 * Verifies an Android key attestation: that the key lives in the hardware of a genuine device, was made there for
 * this challenge, by this app, for this role, and works only behind the authentication the policy asks.
 * Throws `AttestationError` at the first rule that is broken, with its `code` and `rule`; codes are those of
 * catalogue/android.ts and `attestation_untrusted`.
 */
export async function verifyAndroidKeyAttestation(
  options: AndroidKeyAttestationOptions,
): Promise<AndroidKeyAttestation> {
  const ledger = new Ledger('enforce')
  const examined = await examine(ledger, readChain(options.chain), options)
  if (examined === undefined) throw unjudged()
  return verdictOf(examined, ledger.findings, options)
}

/**
 * Judges every rule to the end and says all of them, passed or not, so that a person sees what is wrong with a
 * chain. Never throws for what was sent. Decide by {@link verifyAndroidKeyAttestation}, or by `passed`.
 */
export async function judgeAndroidKeyAttestation(
  options: AndroidKeyAttestationOptions,
): Promise<AndroidKeyJudgement> {
  const ledger = new Ledger('collect')
  let certificates: readonly Certificate[] = []
  let examined: Examined | undefined
  try {
    certificates = readChain(options.chain)
    examined = await examine(ledger, certificates, options)
    if (examined === undefined) ledger.fail(unjudged())
  } catch (cause) {
    if (!(cause instanceof AttestationError)) throw cause
    ledger.fail(cause)
  }
  const { findings, firstFailure: error } = ledger
  const passed = error === undefined && examined !== undefined
  return {
    passed,
    findings,
    error,
    certificates: certificates.map(describeCertificate),
    description: examined?.description ?? claimedDescription(certificates),
    attestation: passed ? verdictOf(examined as Examined, findings, options) : undefined,
  }
}

/** A description that cannot be read was a refusal already; it is shown as absent. */
function claimedDescription(certificates: readonly Certificate[]): KeyDescription | undefined {
  const extension = certificates[0]?.extensions.get(keyDescriptionOid)
  try {
    return extension && parseKeyDescription(extension.value)
  } catch {
    return undefined
  }
}

function unjudged(): AttestationError {
  return new AttestationError(
    'key_description_misplaced',
    'Android key attestation guide',
    'Unexpected leaf without key description, expected one. Make the key with an attestation challenge.',
  )
}

function verdictOf(
  { chain, leaf, description }: Examined,
  findings: readonly Finding[],
  { role, policy }: AndroidKeyAttestationOptions,
): AndroidKeyAttestation {
  const { root, shape } = chain
  // Every verdict comes after the rules that refuse a chain without root or shape.
  if (root === undefined || shape === undefined) throw unjudged()
  const attestationCertificate = chain.certificates[shape.attestationIndex]
  const id = description.softwareEnforced.attestationApplicationId
  const created =
    description.softwareEnforced.creationDateTime ?? description.hardwareEnforced.creationDateTime
  return {
    role,
    // A copy: what is registered is what was judged, whatever becomes of the bytes that were sent.
    publicKey: leaf.publicKey.spki.slice(),
    securityLevel: description.keyMintSecurityLevel,
    attestationVersion: description.attestationVersion,
    provisioning: shape.provisioning,
    certificatesIssued: attestationCertificate && readCertificatesIssued(attestationCertificate),
    userAuthentication: readUserAuthentication(description, enforcedList(description, policy)),
    application: { packages: id?.packages ?? [], signerDigests: (id?.signatureDigests ?? []).map(toHex) },
    createdAt: created instanceof Date ? created : undefined,
    description,
    certificates: chain.certificates.map(describeCertificate),
    root: { name: root.name, key: describeKey(root.publicKey) },
    testOnly: root.kind !== 'production',
    findings,
  }
}

function describeCertificate(certificate: Certificate): ChainCertificate {
  const { subject, issuer, serial, notBefore, notAfter, publicKey } = certificate
  return {
    subject: describeName(subject),
    issuer: describeName(issuer),
    serial,
    notBefore,
    notAfter,
    key: describeKey(publicKey),
  }
}
