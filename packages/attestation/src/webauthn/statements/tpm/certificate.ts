import { DerReader } from '../../../der/reader.ts'
import { contextTag } from '../../../der/tag.ts'
import { refusing } from '../../../errors.ts'
import type { Certificate } from '../../../x509/certificate.ts'
import { type NameAttribute, readName } from '../../../x509/name.ts'
import { requireLeaf } from '../certificates.ts'
import { invalidStatement } from '../statement.ts'

const rule = 'WebAuthn L3 §8.3.1'

/** tcg-kp-AIKCertificate */
const attestationKeyPurpose = '2.23.133.8.3'

/** What the alternative name says of the TPM (TCG EK Credential Profile §3.2.9). */
const deviceAttributes = {
  '2.23.133.2.1': { name: 'tpmManufacturer', form: /^id:[0-9A-F]{8}$/i },
  '2.23.133.2.2': { name: 'tpmModel', form: /./ },
  '2.23.133.2.3': { name: 'tpmVersion', form: /^id:[0-9A-F]+$/i },
} as const

/** Certificate of an attestation identity key: version 3, no subject, TPM named, purpose AIK, not a CA (§8.3.1). */
export function checkAikCertificate(certificate: Certificate): void {
  requireLeaf(certificate, rule)
  if (certificate.subject.attributes.length !== 0) {
    throw invalidStatement(rule, 'Unexpected subject, expected an empty one.')
  }
  if (!certificate.extendedKeyUsage?.includes(attestationKeyPurpose)) {
    throw invalidStatement(rule, `Unexpected extended key usage, expected ${attestationKeyPurpose}.`)
  }
  const attributes = readDeviceAttributes(certificate)
  for (const [type, { name, form }] of Object.entries(deviceAttributes)) {
    const values = attributes.filter((attribute) => attribute.type === type)
    if (values.length !== 1 || !form.test(values[0]?.value ?? '')) {
      throw invalidStatement(
        rule,
        `Unexpected ${name} in the alternative name, expected it once and well-formed.`,
      )
    }
  }
}

/** The attributes of the one directory name among the alternative names, in one RDN or in several. */
function readDeviceAttributes({ subjectAltName }: Certificate): readonly NameAttribute[] {
  if (subjectAltName === undefined) {
    throw invalidStatement(rule, 'Unexpected absence of an alternative name, expected that of a TPM.')
  }
  return refusing('attestation_statement_invalid', rule, () => {
    const outer = new DerReader(subjectAltName)
    const names = outer.enter()
    outer.end()
    const attributes: NameAttribute[] = []
    while (!names.atEnd) {
      if (names.isNext(contextTag(4))) {
        const explicit = names.enter(contextTag(4))
        attributes.push(...readName(explicit).attributes)
        explicit.end()
      } else {
        names.next()
      }
    }
    return attributes
  })
}
