import type { Certificate } from '../../x509/certificate.ts'
import { attributeValues } from '../../x509/name.ts'
import { oid } from '../../x509/oids.ts'
import type { SecurityLevel } from '../key-description/values.ts'
import type { AndroidRoot } from '../trust/root.ts'

/**
 * Where the attestation key below the issuers comes from: put in at the factory, fetched from Google since, or
 * software (emulators and tests, under a software or test root).
 */
export type Provisioning = 'remote' | 'factory' | 'software'

/**
 * The shape of a chain without its root, leaf first: leaf, attest key if there is one, attestation certificate,
 * intermediates. The one place that knows how Google lays chains out, as Google may change that.
 */
export interface ChainShape {
  readonly provisioning: Provisioning
  /** Index of the certificate whose key made the first certificate of the device. */
  readonly attestationIndex: number
}

/** Certificates of a chain without root and attest key. */
const lengths: Readonly<Record<Provisioning, readonly number[]>> = {
  remote: [4],
  factory: [3],
  software: [2, 3],
}

/** Recognises the shape, or undefined when the chain has none that Google makes. */
export function recognizeShape(
  certificates: readonly Certificate[],
  attestKeys: number,
  root: AndroidRoot | undefined,
): ChainShape | undefined {
  const provisioning = provisioningOf(certificates, root)
  if (provisioning === undefined) return undefined
  const attestationIndex = 1 + attestKeys
  const fits = lengths[provisioning].includes(certificates.length - attestKeys)
  return fits ? { provisioning, attestationIndex } : undefined
}

/** By the name of the certificate that the root signed: only Google gives these. */
function provisioningOf(
  certificates: readonly Certificate[],
  root: AndroidRoot | undefined,
): Provisioning | undefined {
  const subject = certificates.at(-1)?.subject
  if (subject === undefined) return undefined
  const isDroidCa =
    attributeValues(subject, oid.commonName).includes('Droid CA2') &&
    attributeValues(subject, oid.organizationName).includes('Google LLC')
  if (isDroidCa) return 'remote'
  if (attributeValues(subject, oid.serialNumber).length > 0) return 'factory'
  return root !== undefined && root.kind !== 'production' ? 'software' : undefined
}

/**
 * The level that the certificates speak of: remote provisioning names it in the attestation certificate (O=TEE or
 * O=StrongBox); factory chains name StrongBox in the attestation or intermediate certificate, and TEE or nothing
 * otherwise.
 */
export function certifiedLevel(
  certificates: readonly Certificate[],
  { provisioning, attestationIndex }: ChainShape,
): SecurityLevel | undefined {
  if (provisioning === 'software') return 'software'
  const issuers = certificates.slice(attestationIndex)
  if (provisioning === 'factory') {
    const namesStrongBox = issuers.some(({ subject }) =>
      subject.attributes.some(({ value }) => value.toLowerCase().includes('strongbox')),
    )
    return namesStrongBox ? 'strongbox' : 'tee'
  }
  const [attestation] = issuers
  const organizations = attestation ? attributeValues(attestation.subject, oid.organizationName) : []
  if (organizations.length !== 1) return undefined
  return organizations[0] === 'StrongBox' ? 'strongbox' : organizations[0] === 'TEE' ? 'tee' : undefined
}
