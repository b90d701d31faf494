import type { CallName, CallTimings, Emit } from '../events.ts'
import { codeOf, promptRefused } from '../failures.ts'
import { promptGrace } from '../limits.ts'
import type { Platform } from '../platform.ts'
import type { Call } from './calls.ts'
import { abortError, awaitWith } from './settle.ts'

/** A call as its runner sees it. */
export interface RunningCall extends Call {
  /** Ends it with `aborted`; a `KeyboundError` is what it ends with, anything else the cause. */
  readonly abort: (reason: unknown) => void
  /** Had its prompt, and it is closed. */
  readonly promptPassed: () => boolean
  readonly timings: () => CallTimings
  /** Does what the flow left to be done; never rejects. */
  readonly cleanUp: (failed: boolean) => Promise<void>
}

/** Starts the clock of a call. */
export function createRunningCall(name: CallName, platform: Platform, emit: Emit): RunningCall {
  const controller = new AbortController()
  const started = platform.monotonicNow()
  const step = awaitWith(platform.wait, controller.signal)
  const leftOver: ((failed: boolean) => Promise<unknown>)[] = []
  let promptMilliseconds = 0
  let promptPassed = false
  let prompts = 0

  return {
    name,
    step,
    async prompt(work, timeout, late) {
      prompts++
      const began = platform.monotonicNow()
      try {
        return await step(work, [timeout + promptGrace, promptRefused], late)
      } finally {
        promptPassed = true
        promptMilliseconds += platform.monotonicNow() - began
      }
    },
    commit: awaitWith(platform.wait),
    whole: (work, undo) =>
      step(() => {
        const done = work()
        leftOver.push(async (failed) => {
          const value = await done
          if (failed) await undo?.(value)
        })
        return done
      }),
    async tolerate(work) {
      try {
        return await work
      } catch (error) {
        if (codeOf(error) === 'aborted') throw error
        emit({ type: 'storageFailed', call: name })
        return undefined
      }
    },
    assertLive() {
      if (controller.signal.aborted) throw abortError(controller.signal)
    },
    afterwards: (work) => void leftOver.push(work),
    abort: (reason) => controller.abort(reason),
    promptPassed: () => promptPassed,
    timings: () => ({ milliseconds: platform.monotonicNow() - started, promptMilliseconds, prompts }),
    async cleanUp(failed) {
      for (const work of leftOver) await work(failed).catch(() => {})
    },
  }
}
