import { type ClientState, type KeyboundClient, KeyboundError } from '@keybound/client'
import {
  createContext,
  type ReactElement,
  type ReactNode,
  use,
  useEffect,
  useState,
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

/** What the client knows now; draws again exactly when something in it changed. */
export function useClientState(): ClientState {
  const client = useKeybound()
  const read = () => client.state
  return useSyncExternalStore(client.subscribe, read, read)
}

/** Whether the records of this device have been read. Until then `signedOut` may only mean that nothing is known. */
export function useReady(): boolean {
  const client = useKeybound()
  const [ready, setReady] = useState<KeyboundClient>()
  useEffect(() => {
    let mounted = true
    void client.ready.then(() => mounted && setReady(client))
    return () => {
      mounted = false
    }
  }, [client])
  return ready === client
}
