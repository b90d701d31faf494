import type { Ledger } from '../../policy/ledger.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { chainRules } from '../rules.ts'
import type { ChainShape } from './shape.ts'

/**
 * Judges the dates at `issuedAt`. The leaf's are set by the device (1970, 2048, 2106 all occur) and never judged.
 * Issuers of remote provisioning live for weeks and are judged strictly. Keys from the factory cannot be renewed, so
 * their certificates may have ended, but must have begun. The root is a pinned key and has no dates.
 */
export function judgeValidity(
  ledger: Ledger,
  certificates: readonly Certificate[],
  shape: ChainShape | undefined,
  issuedAt: Date,
): void {
  const mayHaveEnded = shape !== undefined && shape.provisioning !== 'remote'
  const at = issuedAt.getTime()
  const isValid = ({ notBefore, notAfter }: Certificate) =>
    at >= notBefore.getTime() && (mayHaveEnded || at <= notAfter.getTime())
  const wrong = certificates.slice(1).findIndex((issuer) => !isValid(issuer))
  const certificate = certificates[wrong + 1]
  const found =
    wrong === -1 || certificate === undefined
      ? 'issuers valid'
      : `certificate ${wrong + 1} valid from ${describe(certificate.notBefore)} to ${describe(certificate.notAfter)}`
  ledger.check(chainRules.validity, wrong === -1, found, `issuers valid at ${describe(issuedAt)}`)
}

function describe(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().slice(0, 16).replace('T', ' ')
}
