export { readPlayIntegrityKeys } from './keys.ts'
export type {
  DeviceLabel,
  PlayIntegrityKeys,
  PlayIntegrityPolicy,
  PlayIntegrityVerdict,
  VerifyPlayIntegrityOptions,
} from './types.ts'
export { verifyPlayIntegrity } from './verify.ts'
