import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { AnyChannel } from '../channel/any-channel.ts'
import { SystemFailure } from '../channel/channel.ts'
import { readLine, writeLine } from '../channel/line-codec.ts'
import type { VirtualPhone } from '../virtual-phone.ts'

/** A phone that programs in other languages can reach. */
export interface PhoneSocket {
  /** On 127.0.0.1. */
  readonly port: number
  /** To be sent first. */
  readonly token: string
  readonly close: () => Promise<void>
}

const events = ['lifecycle', 'prompt.failed', 'touch', 'screenshot']
/** Longest line, in characters: a file of 1 MiB and what is around it. */
const longestLine = 4_194_304

/**
 * Serves the system calls of a phone on a loopback port that the system chooses: lines of JSON, the first a token
 * (docs/virtual-phone.md). Native code under test calls its Android or iOS there.
 */
export async function servePhone(phone: VirtualPhone): Promise<PhoneSocket> {
  const token = randomBytes(24).toString('base64url')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, phone.system, token)
  })
  const port = await listen(server)
  return {
    port,
    token,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

function serve(socket: Socket, system: AnyChannel, token: string): void {
  const send = (value: unknown) => socket.write(`${writeLine(value)}\n`)
  const stops: (() => void)[] = []
  let admitted = false
  socket.on('close', () => {
    for (const stop of stops) stop()
  })
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
  // It tells errors of its input once more, and an app may go while it is being told something.
  lines.on('error', () => socket.destroy())
  lines.on('line', (line) => {
    if (line.length > longestLine) return socket.destroy()
    if (admitted) return void answer(line, system, send)
    admitted = isToken(line, token)
    if (!admitted) return socket.destroy()
    stops.push(...events.map((event) => system.on(event, (data) => send({ event, data }))))
    send({ ok: true })
  })
}

function isToken(line: string, token: string): boolean {
  try {
    const given = Buffer.from(String((JSON.parse(line) as { token?: unknown }).token))
    return given.length === token.length && timingSafeEqual(given, Buffer.from(token))
  } catch {
    return false
  }
}

async function answer(line: string, system: AnyChannel, send: (value: unknown) => void): Promise<void> {
  let id: unknown = null
  try {
    const request = readLine(line) as { id?: unknown; call?: unknown; params?: unknown }
    id = request.id
    send({ id, result: (await system.call(String(request.call), request.params ?? {})) ?? null })
  } catch (error) {
    const failure =
      error instanceof SystemFailure ? error : new SystemFailure('BadRequest', undefined, String(error))
    const { exception, number, message } = failure
    send({ id, error: { exception, ...(number === undefined ? {} : { number }), message } })
  }
}
