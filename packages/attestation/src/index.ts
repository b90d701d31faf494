export type * from './crypto/port.ts'
export type * from './webauthn/types.ts'
