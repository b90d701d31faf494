import type { AndroidKeyPolicy, KeyRole } from '../../policy/android.ts'
import type { Ledger } from '../../policy/ledger.ts'
import type { PublicKeyInfo } from '../../x509/public-key.ts'
import type { AuthorizationList } from '../key-description/authorization-list.ts'
import type { KeyDescription } from '../key-description/key-description.ts'
import type { SecurityLevel } from '../key-description/values.ts'

/** What the rules of a key look at. */
export interface KeyQuestion {
  readonly ledger: Ledger
  readonly description: KeyDescription
  /** The list that counts: of the hardware, or of the software where the policy takes software keys. */
  readonly enforced: AuthorizationList
  readonly publicKey: PublicKeyInfo
  readonly role: KeyRole
  readonly policy: AndroidKeyPolicy
  /** Level that the certificates above the key speak of. */
  readonly certifiedLevel: SecurityLevel | undefined
}

/** The list a policy reads: hardware, unless both key and policy are of software. */
export function enforcedList(description: KeyDescription, policy: AndroidKeyPolicy): AuthorizationList {
  const isSoftware =
    policy.securityLevel === 'software' && description.attestationSecurityLevel === 'software'
  return isSoftware ? description.softwareEnforced : description.hardwareEnforced
}

/** A list of numbers for a person, with the names of KeyMint. */
export function describeNumbers(
  numbers: readonly number[] | undefined,
  names: Readonly<Record<string, number>>,
) {
  if (numbers === undefined) return 'none'
  return numbers.map((number) => describeNumber(number, names)).join(', ') || 'none'
}

/** A number for a person, with the name KeyMint gives it. */
export function describeNumber(number: number | undefined, names: Readonly<Record<string, number>>): string {
  if (number === undefined) return 'none'
  return Object.entries(names).find(([, value]) => value === number)?.[0] ?? String(number)
}
