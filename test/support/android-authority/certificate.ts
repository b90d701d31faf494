import { type KeyObject, sign } from 'node:crypto'
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
}

/** Signs and writes a certificate. */
export function writeCertificate(spec: CertificateSpec): Uint8Array {
  const { signer, hash = 'sha256' } = spec
  const algorithm: SignatureSpec = { kind: signer.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa', hash }
  const unsigned = writeUnsigned(spec, algorithm)
  return writeSigned(unsigned, algorithm, new Uint8Array(sign(hash, unsigned, signer)))
}
