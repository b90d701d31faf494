import type { Call } from '../calls/calls.ts'
import { awaitWith } from '../calls/settle.ts'
import type { ClientContext } from '../context.ts'
import type { StepUp } from '../tokens/send-with-proof.ts'
import type { TokenSession } from '../tokens/tokens.ts'
import type { Secure } from './secure.ts'
import { unlock } from './unlock.ts'

/**
 * Makes it: one prompt by the key of the same account, however many requests wait for it, and closed when none does any
 * more. A level above that of this device's key is not asked for: signing again would give the same.
 */
export function createStepUp(context: ClientContext, secure: Secure): StepUp {
  const { tokens, platform } = secure
  let flight: ReturnType<typeof start> | undefined

  function start(refused: TokenSession, account: string | undefined) {
    const end = new AbortController()
    const options = { signal: end.signal, prompts: true }
    const flow = (call: Call) => unlock(context, secure, call, account, 'sign')
    const done = context.calls.run('stepUp', options, flow)
    return { refused, end, done, waiting: 0 }
  }

  return async (refused, challenge, signal) => {
    const { account, acr = '' } = context.state.memory().session ?? {}
    const wanted = /acr_values="([^"]*)"/.exec(challenge)?.[1]
    if (wanted && !wanted.split(' ').includes(acr.split('.')[0] ?? '')) return undefined
    if (flight?.refused !== refused) {
      // Locked since, or another account's by now.
      if (tokens.current() !== refused) return undefined
      flight = start(refused, account)
    }
    const shared = flight
    const { done, end } = shared
    shared.waiting++
    try {
      await awaitWith(platform.wait, signal)(() => done)
    } finally {
      if (--shared.waiting === 0) {
        // Whoever comes now must not share its end.
        if (flight === shared) flight = undefined
        end.abort()
      }
    }
    refused.next = tokens.current()
    return refused.next
  }
}
