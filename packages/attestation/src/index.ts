export * from './android/index.ts'
export * from './apple/index.ts'
export type * from './crypto/port.ts'
export { AttestationError } from './errors.ts'
export * from './play-integrity/index.ts'
export * from './policy/index.ts'
export { type AttestationObject, parseAttestationObject } from './webauthn/attestation-object.ts'
export {
  type AttestedCredential,
  type AuthenticatorData,
  type AuthenticatorFlags,
  parseAuthenticatorData,
} from './webauthn/authenticator-data.ts'
export { parseClientData } from './webauthn/client-data.ts'
export { registrationPolicies } from './webauthn/policies.ts'
export type * from './webauthn/types.ts'
export { verifyAuthentication } from './webauthn/verify-authentication.ts'
export { verifyRegistration } from './webauthn/verify-registration.ts'
export { verifyRegistrationEvidence } from './webauthn/verify-registration-evidence.ts'
