import type { NaiveApp } from './android.ts'
import { appPin } from './app-pin.ts'
import { booleanGate } from './boolean-gate.ts'
import { credentialFallback } from './credential-fallback.ts'
import type { NaiveIosApp } from './ios.ts'
import { keychainGate } from './keychain-gate.ts'
import { optInFlag } from './opt-in-flag.ts'
import { selfCheck } from './self-check.ts'
import { silentRecreation } from './silent-recreation.ts'
import { validityWindow } from './validity-window.ts'

/** The event-based apps that are attacked, on Android. */
export const naiveApps: readonly NaiveApp[] = [
  booleanGate,
  optInFlag,
  selfCheck,
  validityWindow,
  credentialFallback,
  silentRecreation,
  appPin,
]

/** The event-based apps that are attacked, on iOS. */
export const naiveIosApps: readonly NaiveIosApp[] = [keychainGate]
