import { toHex } from '../../internal/bytes.ts'
import type { AndroidKeyPolicy } from '../../policy/android.ts'
import type { RootOfTrust } from '../key-description/root-of-trust.ts'
import { keyRules } from '../rules.ts'
import type { KeyQuestion } from './question.ts'

/** Judges the system the device started, as the hardware was told by the bootloader. */
export function judgeBoot({ ledger, enforced, policy }: KeyQuestion): void {
  if (policy.verifiedBoot === 'any') return
  const boot = enforced.rootOfTrust
  const present = ledger.check(
    keyRules.rootOfTrust,
    boot !== undefined,
    boot ? 'a hardware root of trust' : 'no hardware root of trust',
    'one',
  )
  if (!present || boot === undefined) return
  const locked = boot.deviceLocked
  ledger.check(
    keyRules.deviceLocked,
    locked,
    locked ? 'a locked device' : 'an unlocked device',
    'a locked one',
  )
  const expected = 'verified, or selfSigned with a listed boot key'
  ledger.check(keyRules.bootState, isAcceptedState(boot, policy), boot.verifiedBootState, expected)
  // Unlocked devices send zeros, and engineering devices do while they claim to be locked and verified.
  const hasKey = boot.verifiedBootKey.some((octet) => octet !== 0)
  ledger.check(keyRules.bootKey, hasKey, hasKey ? 'a boot key' : 'a boot key of zeros', 'a boot key')
}

function isAcceptedState(
  { verifiedBootState, verifiedBootKey }: RootOfTrust,
  policy: AndroidKeyPolicy,
): boolean {
  if (verifiedBootState === 'verified') return true
  if (verifiedBootState !== 'selfSigned') return false
  return policy.selfSignedBootKeys.some((key) => key.toLowerCase() === toHex(verifiedBootKey))
}
