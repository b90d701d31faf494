import { hardwareError } from './errors.ts'

/** One prompt at a time, which always settles (law 4). */
export interface PromptTurn {
  /**
   * Runs a call that prompts. Rejects `promptBusy` while another runs, `systemCanceled` once it is interrupted. `work` is given
   * a guard for just before the prompt comes up: it throws when the call was ended by then, so that none comes up for nobody.
   */
  readonly run: <T>(work: (requireWanted: RequireWanted) => Promise<T>) => Promise<T>
  /** Closes the prompt of the call that runs, or lets none come up: `systemCanceled`, when the system has closed it. */
  readonly cancel: () => Promise<void>
  /** Ends the call that runs, whatever the system does: `systemCanceled`. */
  readonly interrupt: () => void
}

/** Throws `systemCanceled` when the call has been ended. */
export type RequireWanted = () => void

export function createPromptTurn(closePrompt: () => Promise<unknown>): PromptTurn {
  let current: { readonly reject: (reason: Error) => void; ended: boolean } | undefined

  async function cancel(): Promise<void> {
    if (current === undefined) return
    current.ended = true
    await closePrompt()
  }

  return {
    async run(work) {
      if (current !== undefined) {
        throw hardwareError(
          'promptBusy',
          'Unexpected second prompt, expected one at a time. Wait for the first.',
        )
      }
      const interrupted = Promise.withResolvers<never>()
      const turn = { reject: interrupted.reject, ended: false }
      current = turn
      const requireWanted = () => {
        if (turn.ended) throw endOf('the call was cancelled')
      }
      try {
        return await Promise.race([work(requireWanted), interrupted.promise])
      } finally {
        if (current === turn) current = undefined
      }
    },
    cancel,
    interrupt() {
      void cancel()
      current?.reject(endOf('the app left the screen'))
    },
  }
}

function endOf(why: string): Error {
  return hardwareError('systemCanceled', `Unexpected end of the prompt: ${why}. Ask again when it is wanted.`)
}
