import { type AndroidRoot, googleRoots } from './root.ts'

const day = 86_400_000
const defaultDays = 180

/**
 * The roots whose youngest certificate ends within so many days of `now`, or has ended: the alarm to ask for once a day.
 * No chain is refused for it, as a pinned key does not age; but new devices will lead to another root by then, so update
 * the package, or trust that root by `readProductionAndroidRoot`.
 * `roots`: default {@link googleRoots}. `days`: default 180. A `now` that is no time names all of them.
 */
export function endingRoots(
  now: Date,
  {
    roots = googleRoots,
    days = defaultDays,
  }: { readonly roots?: readonly AndroidRoot[]; readonly days?: number } = {},
): readonly AndroidRoot[] {
  return roots.filter(({ notAfter }) => !(notAfter.getTime() - now.getTime() > days * day))
}
