import type { Rule } from '../../policy/ledger.ts'
import { keyRules } from '../rules.ts'
import type { KeyQuestion } from './question.ts'

/** Judges system version and patch levels, as the hardware was told, against the policy's minimums. */
export function judgeVersions({ ledger, enforced, policy }: KeyQuestion): void {
  const { osVersion, osPatchLevel, vendorPatchLevel, bootPatchLevel } = policy.minimums
  const judge = (rule: Rule, found: number | 'unknown' | undefined, minimum: number | undefined) => {
    if (minimum === undefined) return
    const value = found ?? 'unknown'
    const fits = value !== 'unknown' && comparable(value) >= comparable(minimum)
    ledger.check(rule, fits, String(value), `at least ${minimum}`)
  }
  judge(keyRules.osVersion, enforced.osVersion, osVersion)
  judge(keyRules.osPatchLevel, enforced.osPatchLevel, osPatchLevel)
  judge(keyRules.vendorPatchLevel, enforced.vendorPatchLevel, vendorPatchLevel)
  judge(keyRules.bootPatchLevel, enforced.bootPatchLevel, bootPatchLevel)
}

/** Six digits (a version `MMmmss`, a month `YYYYMM`) compare with eight (`YYYYMMDD`) as their day zero. */
function comparable(level: number): number {
  return level < 1_000_000 ? level * 100 : level
}
