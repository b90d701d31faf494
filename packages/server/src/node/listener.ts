import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FetchHandler } from '../http/app.ts'

/** Requests are given absolute addresses; the host in them is a fixed one, never what a client wrote. */
const base = 'http://localhost'

/** Bodies declared to be at most this long are read before the handler is called; others stream into it. */
const readAhead = 65_536

/**
 * Turns a fetch handler into a listener for `node:http`, for servers that exist already (Express, an HTTPS server).
 * The client address is that of the socket; the address of the request is never rebuilt from `Host`.
 */
export function createListener(fetch: FetchHandler): RequestListener {
  return (incoming, outgoing) => {
    handle(fetch, incoming, outgoing).catch(() => {
      // The handler answers its own failures; what is left is a client that went away, or a handler that broke.
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end()
    })
  }
}

async function handle(
  fetch: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const target = incoming.url ?? ''
  // Only the origin form (RFC 9112 §3.2.1): this is not a proxy.
  if (!target.startsWith('/') || !URL.canParse(base + target)) {
    outgoing.writeHead(400).end()
    return
  }
  const clientAddress = incoming.socket.remoteAddress
  // The connection is gone already.
  if (clientAddress === undefined) return
  const body = await bodyOf(incoming)
  const response = await fetch(toRequest(incoming, base + target, body), { clientAddress })
  await send(response, incoming, outgoing)
}

function toRequest(incoming: IncomingMessage, url: string, body: BodyInit | null): Request {
  const { method = 'GET', rawHeaders } = incoming
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at] as string, rawHeaders[at + 1] as string])
  }
  if (body === null) return new Request(url, { method, headers })
  // The types of the DOM do not know `duplex`, which Fetch demands for streamed bodies.
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, duplex: 'half' }
  return new Request(url, init)
}

async function bodyOf(incoming: IncomingMessage): Promise<BodyInit | null> {
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

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  // A body nobody read to its end would be taken for the next request of this connection.
  if (!incoming.complete) headers.connection = 'close'
  const body = response.body === null ? undefined : Buffer.from(await response.arrayBuffer())
  if (body !== undefined) headers['content-length'] = String(body.length)
  outgoing.writeHead(response.status, headers)
  outgoing.end(incoming.method === 'HEAD' ? undefined : body)
}
