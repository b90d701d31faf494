import { AttestationError } from '../../errors.ts'
import { type Certificate, describeKey, describeName, oid, readCertificate } from '../../x509/index.ts'
import type { InspectNode, InspectState } from '../types.ts'
import { node } from './nodes.ts'
import { day, shortened } from './text.ts'

/** A certificate of the tree and whether its signature and dates held; `told` when that was not judged. */
export interface ChainLink {
  readonly certificate: Certificate
  readonly state: InspectState
  readonly why?: string
}

/** The certificates as far as they can be read. */
export function readAll(chain: readonly Uint8Array[]): Certificate[] {
  const certificates: Certificate[] = []
  for (const der of chain) {
    try {
      certificates.push(readCertificate(der))
    } catch (cause) {
      // What cannot be read was refused with its reason; the tree shows what stands before it.
      if (cause instanceof AttestationError) return certificates
      throw cause
    }
  }
  return certificates
}

/** Why a certificate is not valid at a time; empty when its dates allow it. */
export function datesReason({ notBefore, notAfter }: Certificate, at: Date): string {
  if (!(at.getTime() >= notBefore.getTime())) return 'not begun'
  return at.getTime() <= notAfter.getTime() ? '' : 'ended'
}

/** The chain from its root down to its leaf, each below its issuer. `links` begin with the leaf. */
export function chainTree(
  root: InspectNode | undefined,
  links: readonly ChainLink[],
): InspectNode | undefined {
  let below: InspectNode | undefined
  for (const link of links) below = certificateNode(link, below)
  if (root === undefined) return below
  return below === undefined ? root : { ...root, children: [below] }
}

function certificateNode(
  { certificate, state, why = '' }: ChainLink,
  below: InspectNode | undefined,
): InspectNode {
  const { subject, publicKey, notBefore, notAfter } = certificate
  const value = `${describeKey(publicKey)}, ${day(notBefore)} to ${day(notAfter)}`
  const children = below === undefined ? [] : [below]
  return node(shortName(certificate) || describeName(subject) || 'no name', value, { state, why, children })
}

/** What a person calls a certificate: organisation and common name, else serial number or title. */
function shortName({ subject }: Certificate): string {
  const first = (type: string) => subject.attributes.find((attribute) => attribute.type === type)?.value
  const name = first(oid.commonName)
  const organization = first(oid.organizationName)
  if (name !== undefined) return `${shortened(name)}${organization === undefined ? '' : ` (${organization})`}`
  const serial = first(oid.serialNumber)
  return serial === undefined ? '' : `serialNumber ${serial}`
}
