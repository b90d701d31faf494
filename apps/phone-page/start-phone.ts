import {
  type AuthorityState,
  type Fetch,
  phoneOverPort,
  type VirtualPhone,
  workerPort,
} from '@keybound/virtual-phone'
import { phoneApp } from './phone-app.ts'

declare global {
  interface Window {
    /** As the standard has it, where the browser does. */
    readonly trustedTypes?: { createPolicy(name: string, rules: ScriptRule): ScriptRule }
  }
}

/** Answers with a `TrustedScriptURL`, which `Worker` takes as it takes a string. */
interface ScriptRule {
  readonly createScriptURL: (url: string) => string
}

/** A phone that the page shows. */
export type Model = 'android' | 'ios'

export interface RunningPhone {
  readonly phone: VirtualPhone
  /** Ends its worker: keys, sensor and disk are gone. */
  readonly end: () => void
}

/** The one script that may become a worker: the page's policy names this rule. */
const script = '/phone-worker.js'
const rule: ScriptRule = { createScriptURL: () => script }
const policy = window.trustedTypes?.createPolicy('phone', rule) ?? rule

const models = {
  android: {
    platform: 'android',
    appId: phoneApp.android.packageName,
    signer: phoneApp.android.signer,
  },
  ios: {
    platform: 'ios',
    appId: `${phoneApp.ios.teamId}.${phoneApp.ios.bundleId}`,
    // What the page draws is a finger.
    biometry: 'touchID',
  },
} as const

/**
 * A new phone in a worker of its own: secure world, sensor, system and disk are there, the app and its native module in the
 * page, and between them there are messages.
 */
export function startPhone(
  model: Model,
  { seed, authority, fetch }: { seed: string; authority: AuthorityState; fetch: Fetch },
): RunningPhone {
  const worker = new Worker(policy.createScriptURL(script), { type: 'module' })
  const phone = phoneOverPort(workerPort(worker), { ...models[model], seed, authority }, { fetch })
  return { phone, end: () => worker.terminate() }
}
