import { type Handlers, SystemFailure } from '../channel/channel.ts'
import type { PlannedFailure, WatchedCall } from './controls.ts'

type Handler = (request: never) => unknown

function failureOf(error: unknown): { readonly exception: string; readonly number?: number } {
  if (!(error instanceof SystemFailure)) return { exception: 'Error' }
  const { exception, number } = error
  return number === undefined ? { exception } : { exception, number }
}

/** Calls that answer as planned instead of as they would, and somebody who hears of every call. */
export function withPlannedFailures<T extends object>(
  handlers: Handlers<T>,
  heard: (call: WatchedCall) => void,
) {
  const planned = new Map<string, SystemFailure[]>()
  const wrapped = Object.fromEntries(
    Object.entries(handlers as Record<string, Handler>).map(([name, handler]) => [
      name,
      async (request: never): Promise<unknown> => {
        heard({ name, outcome: 'asked' })
        try {
          const failure = planned.get(name)?.shift()
          if (failure !== undefined) throw failure
          const answer = await handler(request)
          heard({ name, outcome: 'answered' })
          return answer
        } catch (error) {
          heard({ name, outcome: 'refused', ...failureOf(error) })
          throw error
        }
      },
    ]),
  ) as Handlers<T>
  const failNext = ({ call, exception, number, message, times = 1 }: PlannedFailure): void => {
    if (!Object.hasOwn(handlers, call)) {
      throw new SystemFailure(
        'UnknownCall',
        undefined,
        `Unexpected call ${call}, expected one of the protocol.`,
      )
    }
    const failures = Array.from({ length: times }, () => new SystemFailure(exception, number, message))
    planned.set(call, [...(planned.get(call) ?? []), ...failures])
  }
  return { handlers: wrapped, failNext }
}
