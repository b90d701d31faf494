import type { ClientState, KeyboundClient } from '@keybound/client'
import { KeyboundError } from '@keybound/client'
import { KeyboundProvider, LockGate, useAction, useClientState, useKeybound } from '@keybound/react'
import { PrivacyCover as DomCover } from '@keybound/react/dom'
import { PrivacyCover as NativeCover } from '@keybound/react/native'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

/** What the test holds in its hands: a client whose state it sets, and the ends of what the page began. */
export interface Controls {
  readonly setState: (state: Partial<ClientState>) => void
  readonly becomeReady: () => void
  /** Ends the oldest unlock under way: well, or with a code. */
  readonly settle: (code?: string) => void
  /** Unlocks that were begun, and how many of them were cancelled. */
  readonly counts: () => { readonly begun: number; readonly cancelled: number; readonly drawn: number }
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

Object.assign(globalThis, {
  controls: {
    setState(change) {
      state = { ...state, ...change }
      for (const listener of listeners) listener()
    },
    becomeReady: ready.resolve,
    settle(code) {
      const one = open.shift()
      if (code === 'bug') one?.reject(new TypeError('a fault of the app'))
      else if (code) one?.reject(new KeyboundError(code as 'prompt_refused', `refused: ${code}`))
      else one?.resolve()
    },
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

function Reason() {
  drawn++
  return <output>{useClientState().reason ?? 'none'}</output>
}

const Cover = location.hash === '#native' ? NativeCover : DomCover
createRoot(document.body.appendChild(document.createElement('main'))).render(
  <StrictMode>
    <KeyboundProvider client={client}>
      <Reason />
      <Cover cover={<p>Covered</p>}>
        <LockGate locked={<Locked />} signedOut={<h1>Sign in</h1>} starting={<h1>Starting</h1>}>
          {({ account, acr }) => <Inside account={`${account} ${acr}`} />}
        </LockGate>
      </Cover>
    </KeyboundProvider>
  </StrictMode>,
)
