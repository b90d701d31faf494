import type { ClientState } from '@keybound/client'
import { Fragment, type ReactElement, type ReactNode, useInsertionEffect, useReducer } from 'react'
import { clientNumber } from './client-number.ts'
import { useClientState, useKeybound, useReady } from './keybound-provider.tsx'

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
 * memory; another account gets it anew. Another client of the provider gets the whole gate anew: its accounts are others,
 * even by the same name.
 */
export function LockGate(props: LockGateProps): ReactElement {
  return <Gate key={clientNumber(useKeybound())} {...props} />
}

function Gate({ children, locked, signedOut, starting = null }: LockGateProps): ReactElement {
  useHeardWhileHidden()
  const { state, account, acr = null } = useClientState()
  const ready = useReady()
  if ((state === 'unlocked' || state === 'unlockedOffline') && account !== null) {
    const inside = typeof children === 'function' ? children({ account, acr }) : children
    return <Fragment key={account}>{inside}</Fragment>
  }
  if (!ready) return <>{starting}</>
  return <>{state === 'signedOut' ? signedOut : locked}</>
}

/**
 * Draws again when the client's state changes also within an `<Activity>` that is hidden. React takes the subscriptions of
 * `useSyncExternalStore` away there, and what is behind the gate would outlive the lock; it leaves insertion effects.
 */
function useHeardWhileHidden(): void {
  const client = useKeybound()
  const [, drawAgain] = useReducer((times: number) => times + 1, 0)
  useInsertionEffect(() => client.subscribe(drawAgain), [client])
}
