import type { AnyChannel } from './any-channel.ts'
import { SystemFailure } from './channel.ts'

/** One end of a connection that carries copies of objects: a worker, a child process. */
export interface Port {
  readonly send: (message: unknown) => void
  readonly listen: (listener: (message: unknown) => void) => void
}

/** The two ways into a phone. */
export interface PhoneChannels {
  readonly app: AnyChannel
  readonly control: AnyChannel
}

type Side = keyof PhoneChannels

interface PortMessage {
  readonly side: Side
  readonly id?: number
  readonly call?: string
  readonly request?: unknown
  readonly answer?: unknown
  readonly failure?: { readonly exception: string; readonly number?: number; readonly message: string }
  readonly event?: string
  readonly data?: unknown
}

const events: Readonly<Record<Side, readonly string[]>> = {
  app: ['lifecycle', 'prompt.failed', 'touch', 'screenshot'],
  control: ['prompt', 'promptClosed', 'call', 'processEnded'],
}

/** Answers calls that come through a port, and sends what happens. */
export function servePort(port: Port, channels: PhoneChannels): void {
  for (const side of ['app', 'control'] as const) {
    for (const event of events[side]) {
      channels[side].on(event, (data) => port.send({ side, event, data } satisfies PortMessage))
    }
  }
  port.listen(async (message) => {
    const { side, id, call = '', request } = message as PortMessage
    if (id === undefined) return
    try {
      const answer = await channels[side].call(call, request)
      port.send({ side, id, answer } satisfies PortMessage)
    } catch (error) {
      port.send({ side, id, failure: describeFailure(error) } satisfies PortMessage)
    }
  })
}

function describeFailure(error: unknown): NonNullable<PortMessage['failure']> {
  if (!(error instanceof SystemFailure)) return { exception: 'Error', message: String(error) }
  const { exception, number, message } = error
  return { exception, message, ...(number === undefined ? {} : { number }) }
}

/** The channels of a phone at the other end of a port. */
export function openPort(port: Port): PhoneChannels {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const listeners = new Map<string, Set<(data: unknown) => void>>()
  let last = 0
  port.listen((message) => {
    const { side, id, answer, failure, event, data } = message as PortMessage
    if (event !== undefined) {
      for (const listener of [...(listeners.get(`${side} ${event}`) ?? [])]) listener(data)
      return
    }
    const call = waiting.get(id ?? 0)
    waiting.delete(id ?? 0)
    if (failure === undefined) call?.resolve(answer)
    else call?.reject(new SystemFailure(failure.exception, failure.number, failure.message))
  })
  const channelOf = (side: Side): AnyChannel => ({
    call: (call, request) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        port.send({ side, id: last, call, request } satisfies PortMessage)
      }),
    on(name, listener) {
      const those = listeners.get(`${side} ${name}`) ?? new Set()
      listeners.set(`${side} ${name}`, those.add(listener))
      return () => those.delete(listener)
    },
  })
  return { app: channelOf('app'), control: channelOf('control') }
}
