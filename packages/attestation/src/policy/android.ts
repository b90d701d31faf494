import type { AssuranceLevel } from '@keybound/protocol'

/** What a key of one role is for: making assertions, opening sealed secrets, or binding tokens without a prompt. */
export type KeyRole = 'signing' | 'sealing' | 'proof'

/** An app whose keys are accepted. */
export interface AndroidApplication {
  readonly packageName: string
  /**
   * SHA-256 of each certificate that may sign the app, hexadecimal, colons and case free: the form that
   * `keytool` and `apksigner` print. Several when the key was rotated or stores sign differently.
   */
  readonly signerDigests: readonly string[]
  /** Lowest versionCode. Default: any. */
  readonly minVersion?: number
}

/** Digests are compared as bare lowercase hexadecimal, whatever tool printed them. */
export function normalizeDigest(digest: string): string {
  return digest.replaceAll(':', '').toLowerCase()
}

/** What unlocks the key. */
export interface UserAuthenticationPolicy {
  /** The key must be bound to one or more of these and to nothing else. */
  readonly methods: readonly ('biometric' | 'credential')[]
  /** Longest time in seconds that one authentication may stay good for. 0: every use needs its own. */
  readonly maxTimeout: number
}

/** Which Android keys are accepted, as data. Start from one of {@link androidPolicies}. */
export interface AndroidKeyPolicy {
  /** Lowest level of the hardware that holds the key. */
  readonly securityLevel: 'software' | 'tee' | 'strongbox'
  /** Lowest attestationVersion: 1 to 4 are Keymaster 2 to 4.1, 100 and up KeyMint. */
  readonly minAttestationVersion: number
  /** `remote`: factory keys, which are the ones that leak, are refused. */
  readonly provisioning: 'any' | 'remote'
  /** `allow`: a chain may hold one attest key (PURPOSE_ATTEST_KEY) of the same device and app. */
  readonly attestKeys: 'refuse' | 'allow'
  /** `required`: without a status list that is young enough nothing passes. `ifGiven`: looked up when there is one. */
  readonly revocation: 'required' | 'ifGiven'
  /** `required`: locked, and started from a key of the maker or one of `selfSignedBootKeys`. */
  readonly verifiedBoot: 'required' | 'any'
  /** verifiedBootKey values, hexadecimal, accepted with boot state SelfSigned, such as GrapheneOS's. */
  readonly selfSignedBootKeys: readonly string[]
  /** `role`: algorithm, curve, digests, paddings and purposes are those of the role. `any` is for inspection. */
  readonly keyUse: 'role' | 'any'
  /** Of signing and sealing keys; a proof key is used without a prompt. */
  readonly userAuthentication: UserAuthenticationPolicy | 'any'
  /** Whose keys are accepted. An empty list refuses every app. */
  readonly applications: readonly AndroidApplication[] | 'any'
  /** Lowest versions; what is absent here is not judged. Unknown and malformed values are below every minimum. */
  readonly minimums: {
    /** osVersion as `MMmmss`: 150000 is Android 15. */
    readonly osVersion?: number
    /** Security patch levels as `YYYYMM` or `YYYYMMDD`. */
    readonly osPatchLevel?: number
    readonly vendorPatchLevel?: number
    readonly bootPatchLevel?: number
  }
  /** `ascending`: the tags must be in DER order, which some genuine devices break. */
  readonly tagOrder: 'any' | 'ascending'
}

const biometricEveryUse: UserAuthenticationPolicy = { methods: ['biometric'], maxTimeout: 0 }

const level2: AndroidKeyPolicy = {
  securityLevel: 'tee',
  minAttestationVersion: 1,
  provisioning: 'any',
  attestKeys: 'refuse',
  revocation: 'required',
  verifiedBoot: 'required',
  selfSignedBootKeys: [],
  keyUse: 'role',
  userAuthentication: biometricEveryUse,
  applications: [],
  minimums: {},
  tagOrder: 'any',
}

/**
 * The policies of the assurance levels. All but `W` need your `applications` filled in and refuse every app before:
 * `{ ...androidPolicies.L2, applications: [{ packageName, signerDigests }] }`.
 *
 * - `W`: a genuine hardware key of any app, such as a browser's; how it is unlocked is reported, not demanded.
 * - `L1`: a key of your app that only an authenticated user can use, on a device in any state.
 * - `L2`: a hardware key of your app on a locked device that started a verified system, biometric for every use.
 * - `R`: L2 in StrongBox, attested by remotely provisioned keys (KeyMint), which can be revoked one by one.
 */
export const androidPolicies: Readonly<Record<AssuranceLevel, AndroidKeyPolicy>> = {
  W: {
    ...level2,
    revocation: 'ifGiven',
    verifiedBoot: 'any',
    userAuthentication: 'any',
    applications: 'any',
  },
  L1: {
    ...level2,
    revocation: 'ifGiven',
    verifiedBoot: 'any',
    userAuthentication: { methods: ['biometric', 'credential'], maxTimeout: 0 },
  },
  L2: level2,
  R: { ...level2, securityLevel: 'strongbox', minAttestationVersion: 100, provisioning: 'remote' },
}
