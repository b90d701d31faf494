import type { ClientState } from '@keybound/client'
import { Fragment, type ReactElement, type ReactNode } from 'react'
import { useClientState, useReady } from './keybound-provider.tsx'

/** What the gate knows of who is inside. */
export interface OpenSession {
  readonly account: string
  /** How strong the sign-in is; `null` while the vault was opened without the server. */
  readonly acr: NonNullable<ClientState['acr']> | null
}

/** What is shown on either side. */
export interface LockGateProps {
  /** Behind the gate: mounted when a session opens, taken away when it locks or ends. */
  readonly children: ReactNode | ((session: OpenSession) => ReactNode)
  /** While closed, where a key of the account is on this device: call `unlock()` from here. */
  readonly locked: ReactNode
  /** While nobody is signed in and no key of the account is on this device. */
  readonly signedOut: ReactNode
  /** While the device's records are being read; a moment. Default: nothing. */
  readonly starting?: ReactNode
}

/**
 * A gate that opens because the client holds a session, and for no other reason: there is no property that opens it, and
 * nothing a component could set. What is behind it is not hidden but absent while it is closed, so no state of it stays in
 * memory; another account gets it anew.
 */
export function LockGate({ children, locked, signedOut, starting = null }: LockGateProps): ReactElement {
  const { state, account, acr = null } = useClientState()
  const ready = useReady()
  if ((state === 'unlocked' || state === 'unlockedOffline') && account !== null) {
    const inside = typeof children === 'function' ? children({ account, acr }) : children
    return <Fragment key={account}>{inside}</Fragment>
  }
  if (!ready) return <>{starting}</>
  return <>{state === 'signedOut' ? signedOut : locked}</>
}
