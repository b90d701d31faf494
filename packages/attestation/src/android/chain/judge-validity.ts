import type { Ledger } from '../../policy/ledger.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { describeName } from '../../x509/name.ts'
import { chainRules } from '../rules.ts'
import type { ChainShape } from './shape.ts'

/**
 * Judges the dates at `issuedAt`. The leaf's are set by the device (1970, 2048, 2106 all occur) and never judged.
 * Issuers of remote provisioning live for weeks and are judged strictly. Keys from the factory cannot be renewed, so
 * their certificates may have ended, but must have begun. The root is a pinned key and has no dates. One finding for
 * each issuer.
 */
export function judgeValidity(
  ledger: Ledger,
  certificates: readonly Certificate[],
  shape: ChainShape | undefined,
  issuedAt: Date,
): void {
  const mayHaveEnded = shape !== undefined && shape.provisioning !== 'remote'
  const at = issuedAt.getTime()
  for (const [index, issuer] of certificates.slice(1).entries()) {
    const { subject, notBefore, notAfter } = issuer
    const hasBegun = at >= notBefore.getTime()
    const isValid = hasBegun && (mayHaveEnded || at <= notAfter.getTime())
    const dates = hasBegun ? `ended ${describe(notAfter)}` : `begins ${describe(notBefore)}`
    const found = isValid ? 'issuer valid' : `certificate ${index + 1} (${describeName(subject)}) ${dates}`
    ledger.check(chainRules.validity, isValid, found, `issuers valid at ${describe(issuedAt)}`)
  }
}

function describe(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().slice(0, 16).replace('T', ' ')
}
