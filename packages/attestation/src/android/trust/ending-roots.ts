import type { AndroidRoot } from './root.ts'
import { type AndroidTrust, trustedRoots } from './trust.ts'

const day = 86_400_000
const defaultDays = 180

/**
 * The trusted production roots whose youngest certificate ends within so many days of `now`, or has ended: an alarm for
 * the operator; a Keybound server raises it by itself. No chain is refused for it, as a pinned key does not age; but new
 * devices will lead to another root by then, so update the package, or trust that root by `readProductionAndroidRoot`.
 * `trust`: default Google's roots. `days`: default 180. A `now` that is no time names all of them. Refuses with
 * `certificate_malformed` a root that cannot be read.
 */
export function endingRoots(
  now: Date,
  trust: Pick<AndroidTrust, 'roots'> = {},
  days: number = defaultDays,
): readonly AndroidRoot[] {
  const roots = trustedRoots({ ...trust, testOnly: false })
  return roots.filter(({ notAfter }) => !(notAfter.getTime() - now.getTime() > days * day))
}
