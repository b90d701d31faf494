import { awaitWith } from '../calls/settle.ts'
import type { ClientContext } from '../context.ts'
import type { StepUp } from '../tokens/send-with-proof.ts'
import type { ConnectedTokens } from './secure.ts'
import type { Unlock } from './unlock.ts'

/**
 * Makes it: one prompt by the key of the same account, however many requests wait for it, and closed when none does any
 * more. A level above that of this device's key is not asked for: signing again would give the same.
 */
export function createStepUp(
  { calls, platform, state }: ClientContext,
  { tokens }: ConnectedTokens,
  unlock: Unlock,
): StepUp {
  function start(account: string | undefined) {
    const end = new AbortController()
    const options = { signal: end.signal, prompts: true }
    const done = calls.run('stepUp', options, (call) => unlock(call, account, 'sign'))
    return { end, done, waiting: 0 }
  }

  return async (refused, challenge, signal) => {
    const { account, acr = '' } = state.memory().session ?? {}
    const wanted = /acr_values="([^"]*)"/.exec(challenge)?.[1]
    if (wanted && !wanted.split(' ').includes(acr.split('.')[0] ?? '')) return undefined
    // Locked since, or another account's by now.
    if (!refused.stepUp && tokens.current() !== refused) return undefined
    refused.stepUp ??= start(account)
    const { stepUp } = refused
    stepUp.waiting++
    try {
      await awaitWith(platform.wait, signal)(() => stepUp.done)
    } finally {
      if (--stepUp.waiting === 0) {
        // Whoever comes now must not share its end.
        refused.stepUp = undefined
        stepUp.end.abort()
      }
    }
    return refused.next
  }
}
