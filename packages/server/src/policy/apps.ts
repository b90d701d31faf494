import type { AndroidApplication, AndroidKeyPolicy, AppAttestPolicy, AppleApp } from '@keybound/attestation'
import type { AssuranceLevel } from '@keybound/protocol'

/** Levels a phone can prove; below them there is only what a browser shows. */
export type PhoneLevel = Exclude<AssuranceLevel, 'W'>

/** An app on iOS, and what App Attest must say of it. */
export interface IosApplication extends AppleApp {
  /** Default: the production environment, any build. */
  readonly policy?: AppAttestPolicy
}

/** Which apps register phones, and what their keys must prove. */
export interface AppsPolicy {
  /** Each with every certificate that may sign it. Default none: no Android phone registers. */
  readonly android: readonly AndroidApplication[]
  /** Default none: no iPhone registers. */
  readonly ios: readonly IosApplication[]
  /** Lowest level a phone must prove. Default `L2`. `registration.level` counts too, where it is higher. */
  readonly level: PhoneLevel
  /**
   * `optional`: a phone that brings no evidence registers too, at `L1`, which `level` must then allow. It may be no
   * phone at all. Evidence that is there must hold. Default `required`.
   */
  readonly attestation: 'required' | 'optional'
  /**
   * The level of an iPhone whose app App Attest vouches for: that its keys are in the Secure Enclave and behind a
   * biometric is the word of that app. Default `L2`.
   */
  readonly iosLevel: PhoneLevel
  /**
   * Rules on top of `androidPolicies` of the level that is judged, such as `minimums`. Default null: none. Applications
   * are those of `android`; StrongBox (`R`) is asked of the signing key alone.
   */
  readonly androidRules: Partial<AndroidKeyPolicy> | null
}

export const defaultAppsPolicy: AppsPolicy = {
  android: [],
  ios: [],
  level: 'L2',
  attestation: 'required',
  iosLevel: 'L2',
  androidRules: null,
}
