import type { CallName, CallTimings } from '../events.ts'
import type { Platform } from '../platform.ts'
import type { Call } from './calls.ts'
import { promptLimit } from './prompt-limit.ts'
import { abortError, awaitWith } from './settle.ts'

/** A call as its runner sees it. */
export interface RunningCall extends Call {
  readonly controller: AbortController
  /** Had its prompt, and it is closed. */
  readonly promptPassed: () => boolean
  readonly timings: () => CallTimings
  /** Does what the flow left to be done; never rejects. */
  readonly cleanUp: (failed: boolean) => Promise<void>
}

/** Starts the clock of a call. */
export function createRunningCall(name: CallName, platform: Platform): RunningCall {
  const controller = new AbortController()
  const started = platform.monotonicNow()
  const leftOver: ((failed: boolean) => Promise<unknown>)[] = []
  let promptMilliseconds = 0
  let promptPassed = false
  let prompts = 0

  const step = awaitWith(platform.wait, controller.signal)

  function assertLive(): void {
    if (controller.signal.aborted) throw abortError(controller.signal)
  }

  const prompt: Call['prompt'] = async (work, timeout, late) => {
    prompts++
    const began = platform.monotonicNow()
    try {
      return await step(work, promptLimit(timeout), late)
    } finally {
      promptPassed = true
      promptMilliseconds += platform.monotonicNow() - began
    }
  }

  async function whole<T>(work: () => Promise<T>, undo?: (value: T) => Promise<unknown>): Promise<T> {
    assertLive()
    const done = work()
    leftOver.push(async (failed) => {
      const value = await done
      if (failed) await undo?.(value)
    })
    return step(() => done)
  }

  async function cleanUp(failed: boolean): Promise<void> {
    for (const work of leftOver) await work(failed).catch(() => {})
  }

  return {
    name,
    step,
    prompt,
    commit: awaitWith(platform.wait),
    whole,
    assertLive,
    afterwards(work) {
      leftOver.push(work)
    },
    controller,
    promptPassed: () => promptPassed,
    timings: () => ({ milliseconds: platform.monotonicNow() - started, promptMilliseconds, prompts }),
    cleanUp,
  }
}
