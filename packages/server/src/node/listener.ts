import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FetchHandler } from '../http/app.ts'
import { requestOf, takesPlainRequests } from '../internal/plain-request.ts'
import { plainAnswerOf, takesPlainAnswers } from '../internal/plain-response.ts'
import { allowed, refuse } from './refuse.ts'

/** Requests are given absolute addresses; the host in them is a fixed one, never what a client wrote. */
const base = 'http://localhost'

/** Bodies declared to be at most this long are read before the handler is called; others stream into it. */
const readAhead = 65_536

export interface ListenerOptions {
  /**
   * Told what a handler of the host rejected with; its client is told nothing but 500. Keybound's own handler never
   * rejects: what fails there is an event of type `internal`. Default: nobody is told.
   */
  readonly onError?: (error: unknown) => void
}

/**
 * Turns a fetch handler into a listener for `node:http`, for servers that exist already (Express, an HTTPS server).
 * The client address is that of the socket; the address of the request is never rebuilt from `Host`.
 */
export function createListener(fetch: FetchHandler, options: ListenerOptions = {}): RequestListener {
  return listenerOf(fetch, options, () => false)
}

/** As {@link createListener}; once closing has begun, answers end their connections. */
export function listenerOf(
  fetch: FetchHandler,
  { onError }: ListenerOptions,
  isClosing: () => boolean,
): RequestListener {
  return (incoming, outgoing) => {
    handle(fetch, isClosing, incoming, outgoing).catch((error: unknown) => {
      if (outgoing.headersSent) outgoing.destroy()
      else refuse(outgoing, 500)
      // A client that went away in the middle of its body broke nothing.
      if (incoming.errored === null) onError?.(error)
    })
  }
}

async function handle(
  fetch: FetchHandler,
  isClosing: () => boolean,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const target = incoming.url ?? ''
  // Only the origin form (RFC 9112 §3.2.1): this is not a proxy. HTTP/1.1 wants a Host, also of those who use none (§3.2).
  const isHostless = incoming.headers.host === undefined && incoming.httpVersion === '1.1'
  if (!target.startsWith('/') || !URL.canParse(base + target) || isHostless) {
    refuse(outgoing, 400)
    return
  }
  // The one method of node:http that a Request cannot carry (Fetch §2.2.1); no resource here has a use for it.
  if (incoming.method === 'TRACE') {
    refuse(outgoing, 405, allowed)
    return
  }
  const clientAddress = incoming.socket.remoteAddress
  // The connection is gone already.
  if (clientAddress === undefined) return
  const body = await bodyOf(incoming)
  const connection = { clientAddress, [takesPlainAnswers]: true } as const
  const response = await fetch(toRequest(fetch, incoming, base + target, body), connection)
  // A body nobody read to its end would be taken for the next request of this connection.
  await send(response, outgoing, { end: isClosing() || !incoming.complete, head: incoming.method === 'HEAD' })
}

function toRequest(
  fetch: FetchHandler,
  incoming: IncomingMessage,
  url: string,
  body: Uint8Array<ArrayBuffer> | ReadableStream | null,
): Request {
  const { method = 'GET', rawHeaders } = incoming
  if (!(body instanceof ReadableStream)) {
    return requestOf({ method, url, rawHeaders, body }, fetch[takesPlainRequests] === true)
  }
  const request = requestOf({ method, url, rawHeaders, body: null }, false)
  // The types of the DOM do not know `duplex`, which Fetch demands for streamed bodies.
  const init: RequestInit & { duplex: 'half' } = { body, duplex: 'half' }
  return new Request(request, init)
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | ReadableStream | null> {
  const { method, headers } = incoming
  const declared = headers['content-length']
  if (method === 'GET' || method === 'HEAD') return null
  if (declared === undefined && headers['transfer-encoding'] === undefined) return null
  // Node frames by Content-Length: no more bytes than declared can arrive.
  if (declared !== undefined && Number(declared) <= readAhead) return readAll(incoming)
  return streamOf(incoming)
}

/** A small body in one piece, which costs a fraction of what a web stream does. Rejects when the client goes away. */
function readAll(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    incoming.once('error', reject)
  })
}

/** The body as it arrives: read only as fast as it is asked for, so a bound in the handler is a bound in memory. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.pause()
        incoming.on('data', (chunk: Buffer) => {
          incoming.pause()
          controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length))
        })
        incoming.once('end', () => controller.close())
        incoming.once('error', (error) => controller.error(error))
      },
      pull() {
        incoming.resume()
      },
      cancel() {
        incoming.removeAllListeners('data')
      },
    },
    { highWaterMark: 0 },
  )
}

async function send(
  response: Response,
  outgoing: ServerResponse,
  { end, head }: { readonly end: boolean; readonly head: boolean },
): Promise<void> {
  const { status, headers, body } = plainAnswerOf(response) ?? (await readResponse(response))
  const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) }
  outgoing.writeHead(status, { ...headers, ...length, ...(end ? { connection: 'close' } : {}) })
  outgoing.end(head ? null : body)
}

async function readResponse(response: Response) {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  const body = response.body === null ? null : Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers, body }
}
