import { KeyboundError } from '@keybound/client'
import { useCallback, useEffect, useRef, useState } from 'react'

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
  const [progress, setProgress] = useState(idle)
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

  const run = useCallback(async (...input: Input): Promise<Value | undefined> => {
    if (running.current) return undefined
    const controller = new AbortController()
    const { signal } = controller
    running.current = controller
    setProgress({ pending: true, error: undefined })
    const settle = (next: Progress) => {
      running.current = undefined
      setProgress(next)
    }
    try {
      const value = await latest.current(signal, ...input)
      settle(idle)
      return value
    } catch (error) {
      settle(idle)
      if (signal.aborted || (error instanceof KeyboundError && error.code === 'aborted')) return undefined
      if (error instanceof KeyboundError) setProgress({ pending: false, error })
      else if (mounted.current)
        setProgress(() => {
          throw error
        })
      // No boundary is left that could show it.
      else void Promise.reject(error)
      return undefined
    }
  }, [])
  const cancel = useCallback(() => running.current?.abort(), [])
  const reset = useCallback(() => setProgress((now) => (now.error ? { ...now, error: undefined } : now)), [])
  return { run, ...progress, cancel, reset }
}
