import { hardwareError } from './errors.ts'

/** One prompt at a time, which always settles (law 4). */
export interface PromptTurn {
  /** Runs a call that prompts. Rejects `promptBusy` while another runs, `systemCanceled` once it is interrupted. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
  /** Ends the call that runs, whatever the system does: `systemCanceled`. */
  readonly interrupt: () => void
}

export function createPromptTurn(cancelPrompt: () => void): PromptTurn {
  let current: { readonly reject: (reason: Error) => void } | undefined
  return {
    async run(work) {
      if (current !== undefined) {
        throw hardwareError(
          'promptBusy',
          'Unexpected second prompt, expected one at a time. Wait for the first.',
        )
      }
      const interrupted = Promise.withResolvers<never>()
      const turn = { reject: interrupted.reject }
      current = turn
      try {
        return await Promise.race([work(), interrupted.promise])
      } finally {
        if (current === turn) current = undefined
      }
    },
    interrupt() {
      if (current === undefined) return
      cancelPrompt()
      const message = 'Unexpected end of the prompt: the app left the screen. Ask again when it is back.'
      current.reject(hardwareError('systemCanceled', message))
    },
  }
}
