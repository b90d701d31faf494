import { writeExplicit, writeOctetString, writeSequence } from '@keybound/attestation/der'
import type { AuthorityKeys } from './authority.ts'
import { attribute, basicConstraints, keyUsage, type Name } from './certificate.ts'

/** What a phone asks for when an app attests a key. */
export interface AppleCertificateRequest {
  /** SHA-256 of authenticator data ‖ client data hash. */
  readonly nonce: Uint8Array
  /** SubjectPublicKeyInfo of the key, DER. */
  readonly spki: Uint8Array
  /** SHA-256 of its point, hexadecimal: the subject of its certificate. */
  readonly keyId: string
  readonly at: Date
}

const day = 86_400_000
const nonceOid = '1.2.840.113635.100.8.2'
const rootName: Name = [
  [attribute.commonName, 'Keybound Virtual App Attestation Root CA'],
  [attribute.organization, 'Keybound'],
]
const caName: Name = [
  [attribute.commonName, 'Apple App Attestation CA 1'],
  [attribute.organization, 'Keybound'],
]

/** Apple's part: credential certificates that live for three days, as those of 2026 do. */
export function appleIssuer(keys: AuthorityKeys, created: Date) {
  const dates = (at: Date, from: number, to: number) => ({
    notBefore: new Date(at.getTime() + from * day),
    notAfter: new Date(at.getTime() + to * day),
  })
  const ca = (pathLength?: number) => [basicConstraints(true, pathLength), keyUsage('keyCertSign')]
  const root = () =>
    keys.appleRoot.sign({
      serial: 0x3000,
      issuer: rootName,
      subject: rootName,
      spki: keys.appleRoot.spki,
      extensions: ca(),
      ...dates(created, -365, 7300),
    })

  async function certify({ nonce, spki, keyId, at }: AppleCertificateRequest) {
    const issuer = keys.appleRoot.sign({
      serial: 0x3001,
      issuer: rootName,
      subject: caName,
      spki: keys.appleCa.spki,
      extensions: ca(0),
      ...dates(created, -365, 7300),
    })
    const credential = keys.appleCa.sign({
      serial: BigInt(`0x7${keyId.slice(0, 16)}`),
      issuer: caName,
      subject: [
        [attribute.commonName, keyId],
        [attribute.organizationalUnit, 'AAA Certification'],
      ],
      spki,
      extensions: [
        basicConstraints(false),
        keyUsage('digitalSignature'),
        { id: nonceOid, value: writeSequence(writeExplicit(1, writeOctetString(nonce))) },
      ],
      ...dates(at, -1, 2),
    })
    return Promise.all([credential, issuer])
  }

  return { root, certify }
}
