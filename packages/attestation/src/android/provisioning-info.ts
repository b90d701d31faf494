import { decodeCbor } from '@keybound/protocol/encoding'
import type { Certificate } from '../x509/certificate.ts'

/** Object identifier of the extension by which Google tells what it provisioned. */
export const provisioningInfoOid = '1.3.6.1.4.1.11129.2.1.30'
const certificatesIssued = 1

/**
 * How many certificates Google's provisioning gave the device lately, from the attestation certificate's
 * ProvisioningInfo (Android key attestation guide). A signal, not a proof: anything unexpected reads as undefined.
 */
export function readCertificatesIssued({ extensions }: Certificate): number | undefined {
  const extension = extensions.get(provisioningInfoOid)
  if (extension === undefined) return undefined
  try {
    const info = decodeCbor(extension.value)
    const count = info instanceof Map ? info.get(certificatesIssued) : undefined
    return typeof count === 'number' ? count : undefined
  } catch {
    return undefined
  }
}
