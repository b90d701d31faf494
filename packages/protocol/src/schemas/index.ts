/**
 * The wire types as zod schemas, for servers only: zod is too heavy for clients, and clients trust their server.
 * Requests are strict; WebAuthn responses tolerate members they do not know.
 */
export * from './api.ts'
export {
  noticesAnswer,
  recoveryAnswer,
  recoveryPublicKeyAnswer,
  recoveryRequest,
} from './devices.ts'
export * from './problem.ts'
export {
  authenticationOptions,
  authenticationResponse,
  registrationOptions,
  registrationResponse,
} from './webauthn.ts'
