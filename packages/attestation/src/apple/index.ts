export {
  type AppAssertionObject,
  type AppAttestationObject,
  readAppAssertionObject,
  readAppAttestationObject,
} from './attestation-object.ts'
export { type AppAssertionData, type AppAuthenticatorData, readAssertionData } from './authenticator-data.ts'
export type { LaunchClaims, ValidationCategory } from './launch-claims.ts'
export {
  type AppleRoot,
  type AppleTrust,
  appleRoots,
  readAppleRoot,
  readProductionAppleRoot,
} from './trust.ts'
export type {
  AppAssertion,
  AppAttestation,
  AppAttestEnvironment,
  AppAttestPolicy,
  AppleApp,
  VerifyAppAssertionOptions,
  VerifyAppAttestationOptions,
} from './types.ts'
export { verifyAppAssertion } from './verify-assertion.ts'
export {
  type AppAttestationJudgement,
  type JudgeAppAttestationOptions,
  judgeAppAttestation,
  verifyAppAttestation,
} from './verify-attestation.ts'
