import type { Ledger } from '../../policy/ledger.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { chainRules } from '../rules.ts'
import type { ChainShape } from './shape.ts'

/**
 * Judges who may issue: the leaf never, every certificate above it, and no longer a path than each allows. An attest
 * key is not counted: Google limits its own certificates (Droid CA2 to two below it), not what the device adds.
 */
export function judgeAuthority(
  ledger: Ledger,
  certificates: readonly Certificate[],
  shape: ChainShape | undefined,
): void {
  const [leaf, ...issuers] = certificates
  const leafIsCa = leaf?.basicConstraints?.ca === true || leaf?.keyUsage?.has('keyCertSign') === true
  ledger.check(chainRules.leafNotCa, !leafIsCa, leafIsCa ? 'a CA as leaf' : 'no CA', 'no CA')
  const notCa = issuers.findIndex((issuer, below) => !mayIssue(issuer, below + 1, shape))
  const found = notCa === -1 ? 'only CAs' : `certificate ${notCa + 1}, which is no CA, as issuer`
  ledger.check(chainRules.issuersAreCa, notCa === -1, found, 'only CAs')
  const attestKeys = shape === undefined ? 0 : shape.attestationIndex - 1
  const tooLong = issuers.findIndex(
    ({ basicConstraints }, below) => below - attestKeys > pathLimit(basicConstraints),
  )
  const length = tooLong === -1 ? 'within limits' : `${tooLong} issuers below certificate ${tooLong + 1}`
  ledger.check(chainRules.pathLength, tooLong === -1, length, 'within limits')
}

function pathLimit(constraints: Certificate['basicConstraints']): number {
  return constraints?.pathLength ?? Number.POSITIVE_INFINITY
}

/**
 * An issuer is a CA that may sign certificates. The one exception is on genuine old phones: the batch certificate of
 * a factory chain says CA:FALSE and digitalSignature, and yet signs leaves.
 */
function mayIssue(issuer: Certificate, index: number, shape: ChainShape | undefined): boolean {
  const { basicConstraints, keyUsage } = issuer
  if (basicConstraints?.ca === true) return keyUsage === undefined || keyUsage.has('keyCertSign')
  const isBatch = shape?.provisioning === 'factory' && index === shape.attestationIndex
  return isBatch && basicConstraints !== undefined && keyUsage?.has('digitalSignature') === true
}
