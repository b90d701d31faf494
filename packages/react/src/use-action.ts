import { KeyboundError } from '@keybound/client'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'

/** Something a user sets off, and how it is going. */
export interface Action<Input extends readonly unknown[], Value> {
  /**
   * Begins. Resolves with the value, or with `undefined` after a failure, which is then in `error`; never rejects. While
   * one is under way another is not begun: it resolves with `undefined` at once.
   */
  readonly run: (...input: Input) => Promise<Value | undefined>
  /** Whether it is under way. */
  readonly pending: boolean
  /** Why the last one failed. None while one is under way, and none for one that was cancelled (`aborted`). */
  readonly error: KeyboundError | undefined
  /** Ends the one under way by its signal. */
  readonly cancel: () => void
  /** Forgets the error. */
  readonly reset: () => void
}

interface Progress {
  readonly pending: boolean
  readonly error: KeyboundError | undefined
  /** What the app's own code threw: for its error boundary. */
  readonly fault?: { readonly error: unknown }
}

const idle: Progress = { pending: false, error: undefined }

/**
 * An action with its progress, for buttons and forms. `work` gets a signal for `cancel`. It is not aborted when the
 * component goes away: a sign-in that succeeds takes its own screen away, and still has to be remembered. What fails with
 * anything but a `KeyboundError` is a fault of the app and is thrown to its error boundary, or when the component has gone
 * away is an unhandled rejection.
 */
export function useAction<Input extends readonly unknown[], Value>(
  work: (signal: AbortSignal, ...input: Input) => Promise<Value>,
): Action<Input, Value> {
  const { subscribe, now, set } = useState(createProgress)[0]
  const progress = useSyncExternalStore(subscribe, now, now)
  const running = useRef<AbortController>(undefined)
  // The work of the newest drawing, so that `run` may stay the same.
  const latest = useRef(work)
  useEffect(() => {
    latest.current = work
  })
  const mounted = useRef(false)
  useEffect(() => {
    mounted.current = true
    return () => {
      mounted.current = false
    }
  }, [])

  const run = useCallback(
    async (...input: Input): Promise<Value | undefined> => {
      if (running.current) return undefined
      const controller = new AbortController()
      const { signal } = controller
      running.current = controller
      set({ pending: true, error: undefined })
      const settle = (next: Progress) => {
        running.current = undefined
        set(next)
      }
      try {
        const value = await latest.current(signal, ...input)
        settle(idle)
        return value
      } catch (error) {
        const cancelled = signal.aborted || (error instanceof KeyboundError && error.code === 'aborted')
        if (cancelled) settle(idle)
        else if (error instanceof KeyboundError) settle({ pending: false, error })
        else if (mounted.current) settle({ ...idle, fault: { error } })
        else {
          settle(idle)
          // No boundary is left that could show it.
          void Promise.reject(error)
        }
        return undefined
      }
    },
    [set],
  )
  const cancel = useCallback(() => running.current?.abort(), [])
  const reset = useCallback(() => {
    if (now().error) set({ ...now(), error: undefined })
  }, [now, set])
  if (progress.fault) throw progress.fault.error
  const { pending, error } = progress
  return { run, pending, error, cancel, reset }
}

/**
 * Progress outside of React's state: what a form's `action` or a transition sets of that is shown when they end, and so
 * `pending` never would be.
 */
function createProgress() {
  let progress = idle
  const listeners = new Set<() => void>()
  return {
    now: () => progress,
    set(next: Progress): void {
      progress = next
      for (const listener of listeners) listener()
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
