import type { NaiveApp } from './android.ts'
import { appPin } from './app-pin.ts'
import { booleanGate } from './boolean-gate.ts'
import { credentialFallback } from './credential-fallback.ts'
import { optInFlag } from './opt-in-flag.ts'
import { selfCheck } from './self-check.ts'
import { silentRecreation } from './silent-recreation.ts'
import { validityWindow } from './validity-window.ts'

/** The event-based apps that are attacked. */
export const naiveApps: readonly NaiveApp[] = [
  booleanGate,
  optInFlag,
  selfCheck,
  validityWindow,
  credentialFallback,
  silentRecreation,
  appPin,
]
