import { AttestationError } from '../../errors.ts'
import { type Certificate, readCertificate } from '../../x509/certificate.ts'
import { chainRules } from '../rules.ts'

/** Genuine chains have four or five certificates with their root; an attest key adds one. */
const fewest = 2
const most = 6

/**
 * Reads a chain, leaf first. Synchronous; nothing is verified. Refuses with `attestation_chain_invalid` a chain of
 * fewer than 2 or more than 6 certificates, and with `certificate_malformed` what is no strict certificate.
 */
export function readChain(chain: readonly Uint8Array[]): Certificate[] {
  if (chain.length < fewest || chain.length > most) {
    const message = `Unexpected ${chain.length} certificates, expected ${fewest} to ${most}, leaf first.`
    throw new AttestationError(chainRules.length.code, chainRules.length.source, message)
  }
  return chain.map(readCertificate)
}
