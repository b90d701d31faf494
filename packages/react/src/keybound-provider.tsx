import { type ClientState, type KeyboundClient, KeyboundError } from '@keybound/client'
import {
  createContext,
  type ReactElement,
  type ReactNode,
  use,
  useCallback,
  useSyncExternalStore,
} from 'react'

const KeyboundContext = createContext<KeyboundClient | undefined>(undefined)

/** What the provider takes. */
export interface KeyboundProviderProps {
  /** Made once, outside of components. */
  readonly client: KeyboundClient
  readonly children: ReactNode
}

/** Gives a client to everything below it. */
export function KeyboundProvider({ client, children }: KeyboundProviderProps): ReactElement {
  return <KeyboundContext value={client}>{children}</KeyboundContext>
}

/** The client of the provider above. Throws `configuration_invalid` where there is none. */
export function useKeybound(): KeyboundClient {
  const client = use(KeyboundContext)
  if (client) return client
  throw new KeyboundError(
    'configuration_invalid',
    'Unexpected component outside of a provider, expected <KeyboundProvider client={…}> above it. Wrap the app in one.',
  )
}

/** What a client knows that has read nothing: what a server draws, and so what a page takes over from it. */
const unread: ClientState = Object.freeze({ account: null, state: 'signedOut', accounts: Object.freeze([]) })

/** What the client knows now; draws again exactly when something in it changed. */
export function useClientState(): ClientState {
  const client = useKeybound()
  const now = () => client.state
  return useSyncExternalStore(client.subscribe, now, () => unread)
}

/** Clients whose records have been read: what is mounted later need not wait again. */
const read = new WeakSet<KeyboundClient>()

/** Whether the records of this device have been read. Until then `signedOut` may only mean that nothing is known. */
export function useReady(): boolean {
  const client = useKeybound()
  const subscribe = useCallback(
    (listener: () => void) => {
      let mounted = true
      void client.ready.then(() => {
        read.add(client)
        if (mounted) listener()
      })
      return () => {
        mounted = false
      }
    },
    [client],
  )
  const now = () => read.has(client)
  return useSyncExternalStore(subscribe, now, () => false)
}
