import { connect as connectTcp, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { AnyChannel } from '../channel/any-channel.ts'
import { SystemFailure } from '../channel/channel.ts'
import { readLine, writeLine } from '../channel/line-codec.ts'
import type { PhoneSocket } from './serve-socket.ts'

/** A phone in another process. */
export interface SocketChannel extends AnyChannel {
  readonly close: () => void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
}

interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly exception: string; readonly number?: number; readonly message: string }
  readonly event?: string
  readonly data?: unknown
  readonly ok?: boolean
}

/** Connects to what `servePhone` serves. Rejects when the token is refused. */
export async function connectSystem(address: Pick<PhoneSocket, 'port' | 'token'>): Promise<SocketChannel> {
  const socket = connectTcp(address.port, '127.0.0.1')
  const waiting = new Map<number, Waiting>()
  const listeners = new Map<string, Set<(data: unknown) => void>>()
  const admitted = Promise.withResolvers<void>()
  const fail = () => {
    const gone = new SystemFailure(
      'Disconnected',
      undefined,
      'Unexpected end of the connection to the phone.',
    )
    admitted.reject(gone)
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  }
  socket.on('close', fail)
  socket.on('error', () => socket.destroy())
  createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const message = readLine(line) as Message
    if (message.ok === true) admitted.resolve()
    else if (message.event !== undefined) {
      for (const listener of [...(listeners.get(message.event) ?? [])]) listener(message.data)
    } else settle(waiting, message)
  })
  socket.write(`${writeLine({ token: address.token })}\n`)
  await admitted.promise
  return channelOver(socket, waiting, listeners)
}

function channelOver(
  socket: Socket,
  waiting: Map<number, Waiting>,
  listeners: Map<string, Set<(data: unknown) => void>>,
): SocketChannel {
  let last = 0
  return {
    call: (name, request) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        socket.write(`${writeLine({ id: last, call: name, params: request })}\n`)
      }),
    on(name, listener) {
      const those = listeners.get(name) ?? new Set()
      listeners.set(name, those.add(listener))
      return () => those.delete(listener)
    },
    close: () => socket.destroy(),
  }
}

function settle(waiting: Map<number, Waiting>, { id = 0, result, error }: Message): void {
  const call = waiting.get(id)
  waiting.delete(id)
  if (error === undefined) call?.resolve(result)
  else call?.reject(new SystemFailure(error.exception, error.number, error.message))
}
