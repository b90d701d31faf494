import type { AnswerOf, Channel, Handlers, RequestOf } from './channel.ts'
import { SystemFailure } from './channel.ts'

/** Both ends of a channel inside one program. */
export interface LocalChannel<T, Events> {
  readonly channel: Channel<T, Events>
  readonly emit: <Name extends keyof Events & string>(name: Name, data: Events[Name]) => void
}

/**
 * A channel to handlers in the same program. Requests and answers are copied, as they are between processes: no side
 * ever holds an object of the other.
 */
export function createLocalChannel<T extends object, Events>(handlers: Handlers<T>): LocalChannel<T, Events> {
  const listeners = new Map<string, Set<(data: never) => void>>()
  return {
    channel: {
      async call(name, request) {
        const handler = handlers[name] as Handlers<T>[typeof name] | undefined
        if (!Object.hasOwn(handlers, name) || handler === undefined) throw unknownCall(name)
        const answer = await handler(structuredClone(request) as RequestOf<T, typeof name>)
        return structuredClone(answer) as AnswerOf<T, typeof name>
      },
      on(name, listener) {
        const those = listeners.get(name) ?? new Set()
        listeners.set(name, those.add(listener))
        return () => those.delete(listener)
      },
    },
    emit(name, data) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(structuredClone(data) as never)
    },
  }
}

/** What an unknown call is answered with. */
export function unknownCall(name: string): SystemFailure {
  return new SystemFailure('UnknownCall', undefined, `Unexpected call ${name}, expected one of the protocol.`)
}
