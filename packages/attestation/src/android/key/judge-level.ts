import type { SecurityLevel } from '../key-description/values.ts'
import { keyRules } from '../rules.ts'
import type { KeyQuestion } from './question.ts'

const ranks: Readonly<Record<SecurityLevel, number>> = { software: 0, tee: 1, strongbox: 2 }
const knownVersions: ReadonlySet<number> = new Set([1, 2, 3, 4, 100, 200, 300, 400, 500])
const newestKnownVersion = 500

/** Judges the version: known, or newer than all that are known, and not below the policy. */
export function judgeVersion({ ledger, description, policy }: KeyQuestion): void {
  const version = description.attestationVersion
  const accepted =
    version >= policy.minAttestationVersion && (knownVersions.has(version) || version > newestKnownVersion)
  const expected = `a known or newer one from ${policy.minAttestationVersion}`
  ledger.check(keyRules.version, accepted, `attestation version ${version}`, expected)
}

/** Judges where the key lives: one level said twice, high enough, and the one the certificates above speak of. */
export function judgeLevel({ ledger, description, policy, certifiedLevel }: KeyQuestion): void {
  const { attestationSecurityLevel: level, keyMintSecurityLevel } = description
  const levels = `attestation in ${level}, key in ${keyMintSecurityLevel}`
  ledger.check(keyRules.levelsAgree, level === keyMintSecurityLevel, levels, 'the same level for both')
  const high = ranks[keyMintSecurityLevel] >= ranks[policy.securityLevel]
  ledger.check(keyRules.level, high, `key in ${keyMintSecurityLevel}`, `at least ${policy.securityLevel}`)
  const certified = certifiedLevel ?? 'unknown'
  ledger.check(keyRules.levelCertified, certified === level, `certificates of ${certified}`, `of ${level}`)
}
