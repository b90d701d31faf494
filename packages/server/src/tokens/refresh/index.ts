export {
  decideRefresh,
  type RefreshDecision,
  type RefreshPresentation,
  type RefusalReason,
  type RevocationReason,
} from './decide.ts'
export type { FamilyRecord } from './family.ts'
export { defaultSessionLimits, familyEnd, type LimitsByAcr, type SessionLimits } from './limits.ts'
export { refreshRefused } from './refusal.ts'
export {
  mintRefreshToken,
  type RefreshTokenContent,
  type RefreshTokenKeys,
  readRefreshToken,
} from './token.ts'
