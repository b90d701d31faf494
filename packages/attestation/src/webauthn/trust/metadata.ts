import { AttestationError } from '../../errors.ts'
import { fromBase64, toHex } from '../../internal/bytes.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { formatAaguid } from '../internal/aaguid.ts'
import type { StatementInput, StatementVerdict } from '../statements/statement.ts'
import type { MetadataEntry } from '../types.ts'

/** Reports after which an attestation of the model proves nothing any more (FIDO Metadata Service 3.1 §3.1.4). */
const compromised: ReadonlySet<string> = new Set([
  'REVOKED',
  'USER_VERIFICATION_BYPASS',
  'ATTESTATION_KEY_COMPROMISE',
  'USER_KEY_REMOTE_COMPROMISE',
  'USER_KEY_PHYSICAL_COMPROMISE',
])

const biometricMethods: ReadonlySet<string> = new Set([
  'fingerprint_internal',
  'faceprint_internal',
  'eyeprint_internal',
  'handprint_internal',
  'voiceprint_internal',
])
const hardware: ReadonlySet<string> = new Set(['hardware', 'tee', 'secure_element'])

/** The entry about the authenticator's model: by its AAGUID where that was attested, else by the certified key (U2F). */
export async function findMetadata(
  { publicKey }: Certificate,
  subject: StatementVerdict['subject'],
  { attested, options, crypto }: StatementInput,
): Promise<MetadataEntry | undefined> {
  const { metadata } = options.trust
  if (metadata === undefined) return undefined
  if (subject !== 'unknownModel') {
    const aaguid = formatAaguid(attested.aaguid)
    return metadata.find((entry) => entry.aaguid?.toLowerCase() === aaguid)
  }
  // RFC 5280 §4.2.1.2 method 1: the hash of the key without tag, length and unused bits; U2F keys are points on P-256.
  const keyId = publicKey.kind === 'ec' ? toHex(await crypto.hash('sha1', publicKey.point)) : undefined
  return metadata.find(
    (entry) => keyId !== undefined && entry.attestationCertificateKeyIdentifiers?.includes(keyId),
  )
}

/** Refuses a model that is reported compromised at the time of judging. */
export function checkStatus({ statusReports = [], metadataStatement }: MetadataEntry, now: Date): void {
  for (const { status, effectiveDate } of statusReports) {
    if (!compromised.has(status)) continue
    // A report without a date counts from the beginning; so does one whose date cannot be read.
    if (effectiveDate !== undefined && Date.parse(effectiveDate) > now.getTime()) continue
    const name = metadataStatement?.description ?? 'this model'
    throw new AttestationError(
      'attestation_revoked',
      'FIDO Metadata Service 3.1 §3.1.4',
      `Unexpected status ${status} of ${name}, expected a model that is not compromised.`,
    )
  }
}

/** The roots of the model, DER. Refuses with `certificate_malformed` one that is no base64. */
export function rootsOf({ metadataStatement }: MetadataEntry): readonly Uint8Array[] {
  return (metadataStatement?.attestationRootCertificates ?? []).map((text) => {
    try {
      return fromBase64(text.replace(/\s/g, ''))
    } catch (cause) {
      throw new AttestationError(
        'certificate_malformed',
        'FIDO Metadata Service 3.1 §3.1.1',
        'Unexpected root certificate in the metadata, expected base64. Fetch the metadata again.',
        { cause },
      )
    }
  })
}

/** Whether the maker says that keys live in hardware and that nothing but a biometric verifies the user. */
export function isBiometricHardware({ metadataStatement }: MetadataEntry): boolean {
  const { keyProtection = [], userVerificationDetails = [] } = metadataStatement ?? {}
  return (
    keyProtection.some((protection) => hardware.has(protection)) &&
    userVerificationDetails.length > 0 &&
    userVerificationDetails.every((combination) =>
      combination.some(({ userVerificationMethod = '' }) => biometricMethods.has(userVerificationMethod)),
    )
  )
}
