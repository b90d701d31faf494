import type { CallName, CallTimings } from '../events.ts'
import type { Platform } from '../platform.ts'
import type { Call } from './calls.ts'
import { requestLimit } from './request-limit.ts'
import { abortError, type Step, settle } from './settle.ts'

/** A call as its runner sees it. */
export interface RunningCall extends Call {
  readonly controller: AbortController
  /** Had its prompt, and it is closed. */
  readonly promptPassed: () => boolean
  readonly timings: () => CallTimings
  /** Does what the flow left for afterwards; never rejects. */
  readonly cleanUp: () => Promise<void>
}

/** Starts the clock of a call. */
export function createRunningCall(name: CallName, platform: Platform): RunningCall {
  const controller = new AbortController()
  const never = new AbortController().signal
  const started = platform.monotonicNow()
  const leftOver: (() => Promise<unknown>)[] = []
  let promptMilliseconds = 0
  let promptPassed = false
  let prompts = 0

  const step = <T>(work: Step<T>) => settle(platform.wait, controller.signal, work)

  async function prompt<T>(work: Step<T>): Promise<T> {
    prompts++
    const began = platform.monotonicNow()
    try {
      return await step(work)
    } finally {
      promptPassed = true
      promptMilliseconds += platform.monotonicNow() - began
    }
  }

  // Limited, so that a clean-up that hangs does not hold up the next call for ever.
  async function cleanUp(): Promise<void> {
    for (const work of leftOver)
      await settle(platform.wait, never, { work, limit: requestLimit }).catch(() => {})
  }

  return {
    name,
    step,
    prompt,
    commit: (work) => settle(platform.wait, never, work),
    assertLive() {
      if (controller.signal.aborted) throw abortError(controller.signal)
    },
    afterwards(work) {
      leftOver.push(work)
    },
    controller,
    promptPassed: () => promptPassed,
    timings: () => ({ milliseconds: platform.monotonicNow() - started, promptMilliseconds, prompts }),
    cleanUp,
  }
}
