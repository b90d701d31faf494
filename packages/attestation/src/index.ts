export type * from './crypto/port.ts'
export { AttestationError } from './errors.ts'
export type * from './webauthn/types.ts'
