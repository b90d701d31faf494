import { type KeyObject, sign } from 'node:crypto'
import { DerReader, writeElement, writeSequence } from '@keybound/attestation/der'
import {
  type CertificateBody,
  type SignatureSpec,
  writeSigned,
  writeUnsigned,
} from '@keybound/virtual-phone/authority'

export {
  attribute,
  basicConstraints,
  type ExtensionSpec,
  keyUsage,
  type Name,
  writeName,
} from '@keybound/virtual-phone/authority'

/** Everything a certificate says, and who signs it: tests change a member and write it. */
export interface CertificateSpec extends CertificateBody {
  /** The issuer's private key. */
  readonly signer: KeyObject
  /** Default sha256. */
  readonly hash?: 'sha256' | 'sha384'
  /** Default 3; a certificate of version 1 has no extensions. */
  readonly version?: 1 | 3
}

/** Signs and writes a certificate. */
export function writeCertificate(spec: CertificateSpec): Uint8Array {
  const { signer, hash = 'sha256' } = spec
  const algorithm: SignatureSpec = { kind: signer.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa', hash }
  const unsigned = spec.version === 1 ? withoutVersion(spec, algorithm) : writeUnsigned(spec, algorithm)
  return writeSigned(unsigned, algorithm, new Uint8Array(sign(hash, unsigned, signer)))
}

/** RFC 5280 §4.1.2.1: version 1 is the one that is not written. */
function withoutVersion(spec: CertificateSpec, algorithm: SignatureSpec): Uint8Array<ArrayBuffer> {
  const fields = new DerReader(writeUnsigned({ ...spec, extensions: [] }, algorithm)).enter()
  fields.next()
  const rest: Uint8Array[] = []
  while (!fields.atEnd) {
    const { tag, contents } = fields.next()
    rest.push(writeElement(tag, contents))
  }
  return writeSequence(...rest)
}
