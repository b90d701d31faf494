/**
 * The subpath `@keybound/client/for-platforms`: what packages that give a platform say and do just as the client does. Apps
 * have no use for it.
 */
export { fetchPart } from './calls/load-part.ts'
export {
  asKeyboundError,
  cancelled,
  type Failure,
  failure,
  promptBusy,
  promptRefused,
  unreachable,
} from './failures.ts'
export { wrongKey } from './vault/failures.ts'
