export type { Provisioning } from './chain/shape.ts'
export type { UserAuthentication } from './key/user-authentication.ts'
export type { AttestationApplicationId } from './key-description/application-id.ts'
export type { AuthorizationList } from './key-description/authorization-list.ts'
export {
  type KeyDescription,
  keyDescriptionOid,
  parseKeyDescription,
} from './key-description/key-description.ts'
export type { RootOfTrust, VerifiedBootState } from './key-description/root-of-trust.ts'
export {
  type KeyOrigin,
  keyAlgorithm,
  keyCurve,
  keyDigest,
  keyPadding,
  keyPurpose,
  type SecurityLevel,
} from './key-description/values.ts'
export {
  createStatusFetcher,
  type FetchedStatus,
  googleStatusUrl,
  type StatusFetcher,
  type StatusFetcherOptions,
} from './status/status-fetcher.ts'
export { type AndroidStatusEntry, type AndroidStatusList, parseStatusList } from './status/status-list.ts'
export { endingRoots } from './trust/ending-roots.ts'
export { type AndroidRoot, googleRoots, readAndroidRoot, readProductionAndroidRoot } from './trust/root.ts'
export type { AndroidTrust } from './trust/trust.ts'
export type {
  AndroidKeyAttestation,
  AndroidKeyAttestationOptions,
  AndroidKeyJudgement,
  ChainCertificate,
} from './types.ts'
export { judgeAndroidKeyAttestation, verifyAndroidKeyAttestation } from './verify.ts'
