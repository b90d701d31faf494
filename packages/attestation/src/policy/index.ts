export {
  type AndroidApplication,
  type AndroidKeyPolicy,
  androidPolicies,
  type KeyRole,
  type UserAuthenticationPolicy,
} from './android.ts'
export type { Finding } from './finding.ts'
