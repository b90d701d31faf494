import { toHex } from '../../internal/bytes.ts'
import { normalizeDigest } from '../../policy/android.ts'
import { keyRules } from '../rules.ts'
import type { KeyQuestion } from './question.ts'

/**
 * Judges whose key it is. The system says so (software list), hence this is worth as much as the boot state. Exactly
 * one package, as apps that share a user id share their keys, and exactly one signer.
 */
export function judgeApplication({ ledger, description, policy }: KeyQuestion): void {
  if (policy.applications === 'any') return
  const id = description.softwareEnforced.attestationApplicationId
  const packages = id?.packages ?? []
  const signers = (id?.signatureDigests ?? []).map(toHex)
  const names = packages.map(({ name }) => name).join(', ') || 'no package'
  const [only] = packages
  const candidates = policy.applications.filter(({ packageName }) => packageName === only?.name)
  const packageFits = packages.length === 1 && candidates.length > 0
  const expected =
    policy.applications.map(({ packageName }) => packageName).join(' or ') || 'a configured app'
  ledger.check(keyRules.application, packageFits, names, expected)
  const signedBy = candidates.filter(({ signerDigests }) =>
    signerDigests.map(normalizeDigest).includes(signers[0] ?? ''),
  )
  const signerFits = signers.length === 1 && signedBy.length > 0
  ledger.check(keyRules.signer, signerFits, `signer ${signers.join(', ') || 'none'}`, 'one configured signer')
  const version = only?.version ?? 0
  const minimum = Math.min(...signedBy.map(({ minVersion = 0 }) => minVersion))
  if (signedBy.length === 0) return
  ledger.check(keyRules.appVersion, version >= minimum, `version ${version}`, `at least ${minimum}`)
}
