import type { AndroidKeyPolicy } from '../../policy/android.ts'
import type { Ledger } from '../../policy/ledger.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { chainRules } from '../rules.ts'
import type { AndroidTrust } from '../trust/trust.ts'

const defaultMaxStatusAge = 86_400
/** Seconds that the clock which stamped the list may be ahead of ours. */
const clockTolerance = 60

/** Judges revocation at `now`: a list that is young enough, and no certificate of the chain on it. */
export function judgeRevocation(
  ledger: Ledger,
  certificates: readonly Certificate[],
  policy: AndroidKeyPolicy,
  trust: AndroidTrust,
  now: Date,
): void {
  if (policy.revocation !== 'ifGiven') judgeStatusAge(ledger, trust, now)
  // Any status refuses, REVOKED and SUSPENDED and what may come.
  const listed = certificates.flatMap(({ serial }) => {
    const entry = trust.status?.entries.get(serial)
    return entry === undefined ? [] : [`serial ${serial} ${entry.status} (${entry.reason ?? 'no reason'})`]
  })
  const found = listed.length > 0 ? listed.join(', ') : trust.status ? 'none listed' : 'no list'
  ledger.check(chainRules.notRevoked, listed.length === 0, found, 'none listed')
}

/** Fails closed: a list that is missing, of unknown age, too old or from the future vouches for nobody. */
function judgeStatusAge(ledger: Ledger, trust: AndroidTrust, now: Date): void {
  const { status, statusFetchedAt, maxStatusAge = defaultMaxStatusAge } = trust
  const age = statusFetchedAt ? (now.getTime() - statusFetchedAt.getTime()) / 1000 : Number.NaN
  const known = status !== undefined && age >= -clockTolerance && age <= maxStatusAge
  const found =
    status === undefined
      ? 'no list'
      : Number.isNaN(age)
        ? 'a list of unknown age'
        : `a list ${Math.round(age)} s old`
  const expected = `a list at most ${maxStatusAge} s old`
  ledger.check(chainRules.statusKnown, known, known ? 'a list that is young enough' : found, expected)
}
