import { DerReader, derTag } from '@keybound/attestation/der'

/** SubjectPublicKeyInfo of a certificate, DER (RFC 5280 §4.1). */
export function spkiOfCertificate(certificate: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = new DerReader(certificate).enter().enter()
  // Version, serial number, algorithm, issuer, validity, subject.
  for (let skipped = 0; skipped < 6; skipped++) body.next()
  const start = body.offset
  body.read(derTag.sequence)
  return new Uint8Array(body.since(start))
}
