import type { AssuranceLevel, Base64Url, ErrorCode } from '@keybound/protocol'
import type { AndroidStatusList } from '../android/status/status-list.ts'
import type { AppAttestPolicy, AppleApp } from '../apple/types.ts'
import type { CryptoPort } from '../crypto/port.ts'
import type { AndroidApplication, KeyRole } from '../policy/android.ts'
import type { Finding } from '../policy/finding.ts'

/** What an input turned out to be. */
export type InspectKind = 'androidKey' | 'appAttest' | 'webauthnRegistration' | 'webauthnAttestation'

/**
 * How a line of the tree stands: its rules passed, one failed, nobody said what to expect, or it is only told.
 */
export type InspectState = 'pass' | 'fail' | 'notAsked' | 'told'

/** One line of the tree, and what hangs below it. All text is safe to print: no control or bidirectional characters. */
export interface InspectNode {
  readonly label: string
  readonly value: string
  readonly state: InspectState
  /** What was expected, when the state is `fail`; what to give, when it is `notAsked`. Else empty. */
  readonly why: string
  /** The clause behind a failed rule; empty when `why` only points to the line that told it. Else empty. */
  readonly source: string
  readonly children: readonly InspectNode[]
}

/** What a person is shown about a piece of evidence: as data, for a terminal or a page to draw. */
export interface Inspection {
  readonly kind: InspectKind
  /** Such as `Android key attestation`. */
  readonly title: string
  /** True only when everything that was asked passed and what is not asked could not change it. */
  readonly passed: boolean
  /** One sentence: what was proven, or why not. */
  readonly summary: string
  /** The first refusal. */
  readonly refusal: { readonly code: ErrorCode; readonly rule: string; readonly message: string } | undefined
  /** What was not compared because nobody said what to expect. */
  readonly notAsked: readonly string[]
  readonly sections: readonly InspectNode[]
  /** Every rule that was judged, in order. Empty for kinds that stop at the first refusal. */
  readonly findings: readonly Finding[]
}

/** What to expect of the evidence. Everything but the time is optional; what is left out is not compared. */
export interface InspectOptions {
  readonly now: Date
  /**
   * The time at which certificate dates are judged. Default `now`. `created`: the time that the evidence itself names,
   * which its maker could have chosen freely.
   */
  readonly issuedAt?: Date | 'created'
  /** The challenge: of the key (Android), of the ceremony (WebAuthn), or the client data themselves (App Attest). */
  readonly challenge?: Uint8Array
  /** The client data: their hash is the challenge of the key (Android), or what was attested (App Attest, WebAuthn). */
  readonly clientData?: Uint8Array
  /** The policy that decides. Default `W`. The tree of an Android key shows what the others would say. */
  readonly level?: AssuranceLevel
  /** What the Android key is for. Default: any use is accepted. */
  readonly role?: KeyRole
  readonly androidApps?: readonly AndroidApplication[]
  readonly appleApps?: readonly AppleApp[]
  /** Key id of an App Attest key, base64. */
  readonly keyId?: string
  readonly appAttestPolicy?: AppAttestPolicy
  readonly origins?: readonly string[]
  readonly rpId?: string
  /** Root certificates, DER, instead of the ones this package pins. */
  readonly roots?: readonly Uint8Array[]
  /** The roots were made for tests. */
  readonly testOnly?: boolean
  /** Google's status list, taken as young enough. */
  readonly status?: AndroidStatusList
  readonly crypto?: CryptoPort
}

/** What {@link recognize} found in an input. */
export type Recognized =
  | { readonly kind: 'androidKey'; readonly chain: readonly Uint8Array[] }
  | { readonly kind: 'appAttest'; readonly attestationObject: Uint8Array }
  | { readonly kind: 'webauthnRegistration'; readonly response: unknown }
  | { readonly kind: 'webauthnAttestation'; readonly attestationObject: Base64Url }
