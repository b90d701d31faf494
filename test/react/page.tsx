import type { ClientState, KeyboundClient } from '@keybound/client'
import { KeyboundError } from '@keybound/client'
import { KeyboundProvider, LockGate, useAction, useClientState, useKeybound } from '@keybound/react'
import { PrivacyCover as DomCover } from '@keybound/react/dom'
import { PrivacyCover as NativeCover } from '@keybound/react/native'
import { Activity, StrictMode, useEffect, useState } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'

/** What the test holds in its hands: a client whose state it sets, and the ends of what the page began. */
export interface Controls {
  readonly setState: (state: Partial<ClientState>) => void
  readonly becomeReady: () => void
  /** Ends the oldest unlock under way: well, or with a code. */
  readonly settle: (code?: string) => void
  /** A second gate, mounted now: what it showed, in order. */
  readonly mountGate: () => Promise<readonly string[]>
  /** Draws the state and a gate as a server does, sets the state and takes the page over; answers what React found amiss. */
  readonly hydrate: (
    state: Partial<ClientState>,
  ) => Promise<{ readonly drawn: string; readonly text: string; readonly amiss: readonly string[] }>
  /** Hides the app in an `<Activity>`, or gives it another client that knows the same. */
  readonly setScene: (scene: Partial<Scene>) => void
  /** Unlocks that were begun, how many of them were cancelled, and how often the state was drawn. */
  readonly counts: () => { readonly begun: number; readonly cancelled: number; readonly drawn: number }
}

interface Scene {
  readonly mode: 'visible' | 'hidden'
  readonly client: 'first' | 'other'
}

let state: ClientState = { account: null, state: 'signedOut', accounts: [] }
const listeners = new Set<() => void>()
const ready = Promise.withResolvers<void>()
const open: { resolve: () => void; reject: (error: unknown) => void }[] = []
let begun = 0
let cancelled = 0
let drawn = 0

const client = {
  get state() {
    return state
  },
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  ready: ready.promise,
  unlock: ({ signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      begun++
      open.push({ resolve, reject })
      signal.addEventListener('abort', () => {
        cancelled++
        reject(new KeyboundError('aborted', 'The call was cancelled.'))
      })
    }),
} as unknown as KeyboundClient

function setState(change: Partial<ClientState>): void {
  state = { ...state, ...change }
  for (const listener of listeners) listener()
}

const clients = { first: client, other: Object.create(client) as KeyboundClient }
let setScene: Controls['setScene'] = () => {}

const moment = () => new Promise((resolve) => setTimeout(resolve, 50))
const newMain = () => document.body.appendChild(document.createElement('main'))

async function mountGate(): Promise<readonly string[]> {
  const shown: string[] = []
  function Shown({ what }: { readonly what: string }) {
    useEffect(() => void (shown.at(-1) !== what && shown.push(what)), [what])
    return null
  }
  createRoot(newMain()).render(
    <KeyboundProvider client={client}>
      <LockGate
        locked={<Shown what="locked" />}
        signedOut={<Shown what="out" />}
        starting={<Shown what="starting" />}
      >
        <Shown what="inside" />
      </LockGate>
    </KeyboundProvider>,
  )
  await moment()
  return shown
}

async function hydrate(change: Partial<ClientState>) {
  const app = (
    <KeyboundProvider client={client}>
      <State />
      <LockGate locked="locked" signedOut="out" starting="starting">
        inside
      </LockGate>
    </KeyboundProvider>
  )
  const main = newMain()
  main.innerHTML = renderToString(app)
  const drawn = main.textContent
  setState(change)
  const amiss: string[] = []
  hydrateRoot(main, app, { onRecoverableError: (error) => amiss.push(`${error}`) })
  await moment()
  return { drawn, text: main.textContent, amiss }
}

Object.assign(globalThis, {
  controls: {
    setState,
    mountGate,
    hydrate,
    becomeReady: ready.resolve,
    settle(code) {
      const one = open.shift()
      if (code === 'bug') one?.reject(new TypeError('a fault of the app'))
      else if (code) one?.reject(new KeyboundError(code as 'prompt_refused', `refused: ${code}`))
      else one?.resolve()
    },
    setScene: (scene) => setScene(scene),
    counts: () => ({ begun, cancelled, drawn }),
  } satisfies Controls,
})

function Locked() {
  const keybound = useKeybound()
  const unlock = useAction((signal) => keybound.unlock({ signal }))
  return (
    <section>
      <h1>Locked</h1>
      <button type="button" onClick={() => unlock.run()} aria-busy={unlock.pending}>
        Unlock
      </button>
      <button type="button" onClick={unlock.cancel}>
        Cancel
      </button>
      <button type="button" onClick={unlock.reset}>
        Forget
      </button>
      <form
        action={async () => {
          await unlock.run()
        }}
      >
        <button type="submit">Submit</button>
      </form>
      <p role="alert">{unlock.error?.code}</p>
    </section>
  )
}

function Inside({ account }: { readonly account: string }) {
  const [typed, setTyped] = useState('')
  return (
    <label>
      {account} <input value={typed} onChange={(event) => setTyped(event.target.value)} />
    </label>
  )
}

function State() {
  return <b>{useClientState().state}, </b>
}

function Reason() {
  drawn++
  return <output>{useClientState().reason ?? 'none'}</output>
}

const Cover = location.hash === '#native' ? NativeCover : DomCover

function App() {
  const [scene, change] = useState<Scene>({ mode: 'visible', client: 'first' })
  useEffect(() => {
    setScene = (part) => change((now) => ({ ...now, ...part }))
  }, [])
  return (
    <KeyboundProvider client={clients[scene.client]}>
      <Reason />
      <Activity mode={scene.mode}>
        <Cover cover={<p>Covered</p>}>
          <LockGate locked={<Locked />} signedOut={<h1>Sign in</h1>} starting={<h1>Starting</h1>}>
            {({ account, acr }) => <Inside account={`${account} ${acr}`} />}
          </LockGate>
        </Cover>
      </Activity>
    </KeyboundProvider>
  )
}

createRoot(newMain()).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
