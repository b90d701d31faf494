import type { Ledger } from '../../policy/ledger.ts'
import { type LaunchClaims, nameCategory } from '../launch-claims.ts'
import { launchRules as rules } from '../rules.ts'
import type { AppAttestPolicy } from '../types.ts'

/**
 * Judges what the system says about the running app. A list in the policy is a demand on
 * every object that has claims; systems before 27 have none, and only `launchClaims: 'required'` refuses those.
 */
export function judgeLaunch(
  launch: LaunchClaims | undefined,
  policy: AppAttestPolicy,
  registered: Pick<LaunchClaims, 'validationCategory'> | undefined,
  ledger: Ledger,
): void {
  const { validationCategory: category, bundleVersion: version } = launch ?? {}
  const { launchClaims = 'ifPresent' } = policy
  if (launchClaims !== 'ifPresent') {
    const complete = category !== undefined && version !== undefined
    const found = complete ? 'launch claims' : 'absence of validation category or bundle version'
    ledger.check(rules.present, complete, found, 'both')
  }
  if (launch !== undefined && policy.validationCategories !== undefined) {
    const accepted = policy.validationCategories.map(nameCategory)
    const listed = category !== undefined && accepted.includes(category)
    const expected = `one of ${accepted.join(', ')}`
    ledger.check(rules.category, listed, `validation category ${category ?? 'unknown'}`, expected)
  }
  if (registered?.validationCategory !== undefined) {
    const before = nameCategory(registered.validationCategory)
    const found = `validation category ${category ?? 'unknown'}`
    ledger.check(rules.unchanged, category === before, found, `${before}, as registered`)
  }
  if (launch !== undefined && policy.bundleVersions !== undefined) {
    const listed = version !== undefined && policy.bundleVersions.includes(version)
    const found = `bundle version ${JSON.stringify(version ?? 'unknown')}`
    ledger.check(rules.version, listed, found, `one of ${policy.bundleVersions.join(', ')}`)
  }
}
