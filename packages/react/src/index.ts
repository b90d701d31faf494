export {
  KeyboundProvider,
  type KeyboundProviderProps,
  useClientState,
  useKeybound,
  useReady,
} from './keybound-provider.tsx'
export { LockGate, type LockGateProps, type OpenSession } from './lock-gate.tsx'
export { type Action, useAction } from './use-action.ts'
