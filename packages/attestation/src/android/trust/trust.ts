import type { AndroidStatusList } from '../status/status-list.ts'
import { type AndroidRoot, googleRoots, isSoftwareKey, readAndroidRoot } from './root.ts'

/** Trust anchors and what is known of revocation, as data. */
export interface AndroidTrust {
  /**
   * Roots, as certificates in DER or as {@link AndroidRoot}; judged by their keys. Default {@link googleRoots}.
   * Certificates of unknown keys count as test roots; see `readProductionAndroidRoot`.
   */
  readonly roots?: readonly (Uint8Array | AndroidRoot)[]
  /** Google's status list; see `parseStatusList` and `createStatusFetcher`. */
  readonly status?: AndroidStatusList
  /** When the list was fetched. A list of unknown age is too old for `revocation: 'required'`. */
  readonly statusFetchedAt?: Date
  /** Seconds until a list is too old. Default 86,400 (one day). */
  readonly maxStatusAge?: number
  /** Also trust roots made for tests and software roots. Verdicts under them say so. Default false. */
  readonly testOnly?: boolean
}

/** The roots that count under these options. Test and software roots do only with `testOnly`. */
export function trustedRoots({ roots = googleRoots, testOnly = false }: AndroidTrust): AndroidRoot[] {
  return roots
    .map((root) => (root instanceof Uint8Array ? readAndroidRoot(root) : root))
    .filter(({ kind, publicKey }) => testOnly || (kind === 'production' && !isSoftwareKey(publicKey)))
}
