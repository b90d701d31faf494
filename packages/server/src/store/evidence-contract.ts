import type { AndroidKeyAttestation, AppAttestation, AttestationType } from '@keybound/attestation'
import type { AssuranceLevel, Base64Url, CoseAlgorithm, EpochSeconds, ErrorCode } from '@keybound/protocol'
import type { Operation } from './contract.ts'

/** What a credential was registered with, kept for as long as the credential so that it can be judged again. */
export interface EvidenceStore {
  findEvidence(realm: string, credentialId: string): Promise<EvidenceRecord | undefined>
  /** A page of the evidence of all accounts, in the order of the credential ids, unit by unit. */
  listEvidence(realm: string, page: EvidencePage): Promise<readonly EvidenceRecord[]>
  /**
   * Replaces the verdict on evidence, and with it the level of the credential and what suspends it; nothing else of
   * the credential changes. Refusals are judged in the order of the type.
   */
  recordJudgement(input: RecordJudgement): Promise<RecordJudgementResult>
}

/** What was sent and what it was compared with: all that judging needs, besides trust and policy. */
export interface Evidence {
  /** As the authenticator made it. */
  readonly attestationObject: Uint8Array
  /** SHA-256 of clientDataJSON. That itself is not kept, because it holds the challenge. */
  readonly clientDataHash: Uint8Array
  readonly ceremony: EvidenceCeremony
  /** What a phone sent beside it; null for a web credential. */
  readonly device: DeviceEvidence | null
  /** When it arrived: certificate dates are judged at this time, whenever that is done. */
  readonly issuedAt: EpochSeconds
  /** When the verdict was found: at first when it arrived. */
  readonly judgedAt: EpochSeconds
  readonly verdict: EvidenceVerdict
}

/**
 * What a phone sent beside its WebAuthn response. That the client data named the very keys was found right then, and not
 * asked about again.
 */
export type DeviceEvidence =
  | {
      readonly platform: 'android'
      readonly sealing: AndroidEvidence
      readonly proof: AndroidEvidence
    }
  | { readonly platform: 'ios'; readonly appAttest: AppAttestEvidence | null }

/** The chain of one key, leaf first, and the hash it had to be made for. */
export interface AndroidEvidence {
  readonly chain: readonly Base64Url[]
  readonly challenge: Base64Url
}

export interface AppAttestEvidence {
  readonly keyId: Base64Url
  readonly attestationObject: Base64Url
}

/** The ceremony as it was: found right then, and not asked about again. */
export interface EvidenceCeremony {
  readonly rpId: string
  readonly origin: string
  readonly algorithms: readonly CoseAlgorithm[]
}

/** What the evidence was found to be worth. */
export interface EvidenceVerdict {
  readonly format: string
  readonly attestationType: AttestationType
  readonly level: AssuranceLevel
  /** The code of the refusal, when the evidence no longer satisfies the policy; null when it does. */
  readonly refusedBy: ErrorCode | null
  /** True when `refusedBy` also closes sign-in by the credential. */
  readonly suspends: boolean
  /** What an Android chain proved, when it was last accepted. */
  readonly android: AndroidFindings | null
  /** What the rest of a phone's evidence proved, when it was last accepted; null for a web credential. */
  readonly device: DeviceFindings | null
}

/** What a phone proved beside its signing key. */
export interface DeviceFindings {
  /** Registered without proof, as `trust.development` allows: lasts for 24 hours and is never worth more. */
  readonly development: boolean
  /** What the chains of the other keys proved (Android); null where there is no proof. */
  readonly sealing: AndroidFindings | null
  readonly proof: AndroidFindings | null
  /** What App Attest proved (iOS); null where there is no proof. */
  readonly app: AppFindings | null
}

/** What a person wants to read of App Attest; the rest is in the attestation itself. */
export interface AppFindings extends Pick<AppAttestation, 'environment' | 'testOnly' | 'findings'> {
  /** Team id, a dot and bundle id. */
  readonly id: string
}

/** What a person wants to read of an Android chain; the rest is in the chain itself. */
export interface AndroidFindings
  extends Pick<AndroidKeyAttestation, 'securityLevel' | 'attestationVersion' | 'provisioning' | 'findings'> {
  /** Name of the root. */
  readonly root: string
  readonly testOnly: boolean
}

export interface EvidenceRecord extends Evidence {
  readonly credentialId: string
  readonly account: string
}

export interface EvidencePage {
  /** Only ids behind this one. Default: from the first. */
  readonly after?: string
  /** Most records, 1 to 1,000. */
  readonly limit: number
}

export interface RecordJudgement extends Operation {
  readonly credentialId: string
  /** `issuedAt` of the evidence that was judged: an id may have been removed and registered anew since. */
  readonly issuedAt: EpochSeconds
  readonly judgedAt: EpochSeconds
  readonly verdict: EvidenceVerdict
}

/** `outdated`: a later judgement is stored. */
export type RecordJudgementResult = 'recorded' | 'unknown' | 'outdated'
