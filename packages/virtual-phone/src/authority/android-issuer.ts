import { encodeCbor } from '@keybound/protocol/encoding'
import type { VirtualCrypto } from '../crypto/port.ts'
import type { AuthorityKeys, Provisioned } from './authority.ts'
import { type IssuerKey, newIssuerKey } from './authority-keys.ts'
import {
  attribute,
  basicConstraints,
  type CertificateBody,
  type ExtensionSpec,
  keyUsage,
  type Name,
} from './certificate.ts'

/** How a phone came by its attestation keys. `software` is an emulator's, under a root that proves nothing. */
export type ProvisioningKind = 'remote' | 'factory' | 'software'

/** What a phone asks the authority for. */
export interface ProvisionRequest {
  readonly kind: ProvisioningKind
  readonly level: 'TEE' | 'StrongBox'
  /** Hexadecimal, 16 digits: names the attestation key. */
  readonly device: string
  readonly at: Date
}

const day = 86_400_000
/** Provisioning info of remotely provisioned keys: a CBOR map of how many certificates the device was given. */
const provisioningInfoOid = '1.3.6.1.4.1.11129.2.1.30'

const names = {
  root: [
    [attribute.commonName, 'Keybound Virtual Attestation Root'],
    [attribute.organization, 'Keybound'],
  ],
  software: [
    [attribute.commonName, 'Keybound Virtual Software Attestation Root'],
    [attribute.organization, 'Keybound'],
  ],
  // Verifiers tell remote provisioning by these names, which only Google's root gives in earnest.
  ca2: [
    [attribute.commonName, 'Droid CA2'],
    [attribute.organization, 'Google LLC'],
  ],
  ca3: [
    [attribute.commonName, 'Droid CA3'],
    [attribute.organization, 'Google LLC'],
  ],
} as const satisfies Record<string, Name>

/** Google's part: chains as phones show them, with their quirks (facts: leaf 1970 to 2048, expired factory issuers). */
export function androidIssuer(crypto: VirtualCrypto, keys: AuthorityKeys, created: Date) {
  // Signed once: relying parties that compare roots byte by byte must find the one they were given.
  let signed: Promise<Uint8Array<ArrayBuffer>> | undefined
  const root = () => {
    signed ??= keys.androidRoot.sign(rootBody(names.root, keys.androidRoot, created))
    return signed
  }

  async function provision(request: ProvisionRequest): Promise<Provisioned> {
    const key = await newIssuerKey(crypto, 'P-256')
    switch (request.kind) {
      case 'remote':
        return { key, ...(await remote(request, key)) }
      case 'factory':
        return { key, ...(await factory(request, key)) }
      case 'software':
        return { key, ...(await software(request, key)) }
    }
  }

  async function remote({ level, device, at }: ProvisionRequest, key: IssuerKey) {
    const subject: Name = [
      [attribute.organization, level],
      [attribute.commonName, device.repeat(2)],
    ]
    const info: ExtensionSpec = { id: provisioningInfoOid, value: encodeCbor(new Map([[1, 8]])) }
    const attestation = issuer(serialOf(device), names.ca3, subject, key, around(at, -10, 10))
    const ca3 = issuer(0x1003n, names.ca2, names.ca3, keys.droidCa3, around(at, -20, 40))
    const ca2 = issuer(0x1002n, names.root, names.ca2, keys.droidCa2, around(at, -200, 800))
    const certificates = await Promise.all([
      keys.droidCa3.sign({ ...attestation, extensions: [...attestation.extensions, info] }),
      keys.droidCa2.sign(ca3),
      keys.androidRoot.sign({ ...ca2, extensions: [basicConstraints(true, 2), keyUsage('keyCertSign')] }),
      root(),
    ])
    return { certificates, subject }
  }

  /** Both issuers ended two years ago, as they do on phones that still work. */
  async function factory({ level, device, at }: ProvisionRequest, key: IssuerKey) {
    const title = level === 'StrongBox' ? 'StrongBox' : 'TEE'
    const intermediate: Name = [
      [attribute.serialNumber, '5ee8e1017e57dfe8'],
      [attribute.title, title],
    ]
    const subject: Name = [
      [attribute.serialNumber, device],
      [attribute.title, title],
    ]
    const dates = around(at, -4000, -700)
    const certificates = await Promise.all([
      keys.factory.sign(issuer(serialOf(device), intermediate, subject, key, dates)),
      keys.androidRoot.sign(issuer(0x2002n, names.root, intermediate, keys.factory, dates)),
      root(),
    ])
    return { certificates, subject }
  }

  async function software({ device, at }: ProvisionRequest, key: IssuerKey) {
    const subject: Name = [[attribute.commonName, 'Android Keystore Software Attestation Intermediate']]
    const certificates = await Promise.all([
      keys.softwareRoot.sign(issuer(serialOf(device), names.software, subject, key, around(at, -2000, 2000))),
      keys.softwareRoot.sign(rootBody(names.software, keys.softwareRoot, created)),
    ])
    return { certificates, subject }
  }

  return { root, provision }
}

function rootBody(name: Name, key: IssuerKey, created: Date): CertificateBody {
  return issuer(0x1000n, name, name, key, around(created, -365, 7300))
}

function issuer(
  serial: bigint,
  issuedBy: Name,
  subject: Name,
  key: IssuerKey,
  dates: Pick<CertificateBody, 'notBefore' | 'notAfter'>,
): CertificateBody {
  const extensions = [basicConstraints(true), keyUsage('keyCertSign')]
  return { serial, issuer: issuedBy, subject, spki: key.spki, extensions, ...dates }
}

const around = (at: Date, from: number, to: number) => ({
  notBefore: new Date(at.getTime() + from * day),
  notAfter: new Date(at.getTime() + to * day),
})

const serialOf = (device: string): bigint => BigInt(`0x7${device}`)
