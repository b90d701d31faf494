import { KeyboundError } from '@keybound/protocol'
import type { CallName, Emit } from '../events.ts'
import { asKeyboundError, promptBusy } from '../failures.ts'
import type { Platform } from '../platform.ts'
import { createRunningCall, type RunningCall } from './running-call.ts'
import type { Await } from './settle.ts'

/** One running call of the app: what its flow awaits through. */
export interface Call {
  readonly name: CallName
  /** Awaits a step; aborting the call ends it. */
  readonly step: Await
  /**
   * Awaits a step during which a prompt is open. One that its platform forgot to end is ended a little after its
   * `timeout`, in milliseconds.
   */
  readonly prompt: <T>(
    work: (signal: AbortSignal) => Promise<T>,
    timeout: number,
    late?: (value: T) => void,
  ) => Promise<T>
  /** Awaits a step of what must not be torn in two: aborting the call does not end it, only its limit does. */
  readonly commit: Await
  /**
   * Awaits work made of such steps. Aborting the call ends the waiting but not the work; the next call waits for it.
   * When the call fails, then or later, `undo` takes back what the work did.
   */
  readonly whole: <T>(work: () => Promise<T>, undo?: (value: T) => Promise<unknown>) => Promise<T>
  /** Awaits optional work with the device's storage: a failure is told to telemetry and the call goes on. */
  readonly tolerate: <T>(work: Promise<T>) => Promise<T | undefined>
  /** Throws `aborted` when the call was aborted: asked before what the call learnt becomes the client's state. */
  readonly assertLive: () => void
  /** Cleans up after the caller has its answer and before the next call begins; failures change nothing. */
  readonly afterwards: (work: () => Promise<unknown>) => void
}

/** How a call is run. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** May open a prompt. While such a call runs or waits for its turn, another one is refused with `prompt_busy`. */
  readonly prompts?: boolean
  /** Not ended by `abortAll`. */
  readonly steadfast?: boolean
}

/** Runs the calls of one client: in turn, one prompt at a time, each settled, timed and told to telemetry. */
export interface Calls {
  readonly run: <T>(
    name: CallName,
    options: CallOptions | undefined,
    flow: (call: Call) => Promise<T>,
  ) => Promise<T>
  /** Ends the call that has a prompt open, or is about to, with `aborted`; what is past its prompt goes on. */
  readonly closePrompt: (message: string) => void
  /** Ends every call that runs or waits, but the steadfast ones, with `aborted`. */
  readonly abortAll: (message: string) => void
}

/** Makes the runner. `failed` is told how a call failed before its caller is. */
export function createCalls(platform: Platform, emit: Emit, failed: (failure: KeyboundError) => void): Calls {
  let lane: Promise<unknown> = Promise.resolve()
  let promptCall: RunningCall | undefined
  let running: readonly RunningCall[] = []

  function inTurn<T>(call: RunningCall, flow: (call: Call) => Promise<T>): Promise<T> {
    const before = lane
    const done = call.step(() => before).then(() => flow(call))
    const after = done.then(
      () => call.cleanUp(false),
      () => call.cleanUp(true),
    )
    lane = before.then(() => after)
    return done
  }

  async function run<T>(
    name: CallName,
    { signal, prompts, steadfast }: CallOptions = {},
    flow: (call: Call) => Promise<T>,
  ): Promise<T> {
    const call = createRunningCall(name, platform, emit)
    const abort = () => call.abort(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    try {
      if (prompts) {
        if (promptCall) throw promptBusy()
        promptCall = call
      }
      if (!steadfast) running = [...running, call]
      const value = await inTurn(call, flow)
      emit({ type: 'completed', call: name, ...call.timings() })
      return value
    } catch (error) {
      const failure = asKeyboundError(error)
      const { code, retryAfter } = failure
      failed(failure)
      emit({ type: 'failed', call: name, code, ...call.timings() })
      if (code === 'too_many_attempts') emit({ type: 'lockedOut', call: name, retryAfter })
      throw failure
    } finally {
      signal?.removeEventListener('abort', abort)
      running = running.filter((other) => other !== call)
      if (promptCall === call) promptCall = undefined
    }
  }

  return {
    run,
    closePrompt(message) {
      if (!promptCall?.promptPassed()) promptCall?.abort(new KeyboundError('aborted', message))
    },
    abortAll(message) {
      for (const call of running) call.abort(new KeyboundError('aborted', message))
    },
  }
}
