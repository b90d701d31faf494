import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

type Headers = Readonly<Record<string, string>>

/** The methods some resource may take; for those that never reach one. */
export const allowed: Headers = { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' }

/** Ends what never reached the handler, or broke in it, with a problem that says no more than its status (RFC 9457 §4.2.1). */
export function refuse(outgoing: ServerResponse, status: number, more: Headers = {}): void {
  const { headers, body } = refusal(status, more)
  outgoing.writeHead(status, headers).end(body)
}

/**
 * Refuses in the same way what Node answers without a body, or not at all, before there is a request: bytes that are no
 * HTTP, headers that are too long or too late, CONNECT, and expectations nobody can meet (RFC 9110 §10.1.1).
 */
export function refuseUnheard(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>()

  function refuseOn(socket: Duplex, status: number, more?: Headers): void {
    const answer = answers.get(socket)
    // More bytes would be taken for the rest of an answer that is on its way.
    const isAnswering = answer?.headersSent === true && !answer.writableFinished
    if (isAnswering || !socket.writable) socket.destroy()
    else endWith(socket, status, more)
  }

  server.on('request', ({ socket }: IncomingMessage, outgoing: ServerResponse) => {
    answers.set(socket, outgoing)
  })
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    refuseOn(socket, statuses[code] ?? 400)
  })
  server.on('connect', (_, socket) => refuseOn(socket, 405, allowed))
  server.on('checkExpectation', (_, outgoing) => refuse(outgoing, 417))
}

/** What errors of Node's parser and clock mean; all others are a bad request. */
const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

function endWith(socket: Duplex, status: number, more: Headers = {}): void {
  const { headers, body } = refusal(status, more)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`
  // Of a tunnel Node leaves the socket to us, errors and all: one that nobody hears ends the process.
  socket.on('error', () => socket.destroy())
  // A client that does not close its side must not keep the connection.
  socket.end(head + body, () => socket.destroy())
}

function refusal(status: number, more: Headers) {
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status })
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    // The body of the request was not read; what is left of it must not be taken for the next request.
    connection: 'close',
    ...more,
  }
  return { headers, body }
}
