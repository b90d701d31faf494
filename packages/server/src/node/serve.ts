import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FetchHandler } from '../http/app.ts'
import { type ListenerOptions, listenerOf } from './listener.ts'
import { refuseUnheard } from './refuse.ts'

export interface ServeOptions extends ListenerOptions {
  readonly fetch: FetchHandler
  /** 0 takes a free one. */
  readonly port: number
  /** Address to listen on. Default `127.0.0.1`: behind a proxy, or on this machine only. */
  readonly hostname?: string
  /** Milliseconds for all headers of a request to arrive. Default 10,000. */
  readonly headersTimeout?: number
  /** Milliseconds for a whole request to arrive. Default 30,000. */
  readonly requestTimeout?: number
  /** Milliseconds that `close` waits for requests under way before it cuts them. Default 10,000. */
  readonly closeTimeout?: number
}

export interface RunningServer {
  /** The port that is listened on. */
  readonly port: number
  /** Takes no more connections, lets requests under way finish, then resolves. */
  close(): Promise<void>
}

/** Serves a fetch handler over plain HTTP with Node. Rejects with Node's own error, such as `EADDRINUSE`. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { fetch, port, hostname = '127.0.0.1', closeTimeout = 10_000 } = options
  const { headersTimeout = 10_000, requestTimeout = 30_000 } = options
  let closing = false
  const server = createServer(
    {
      headersTimeout,
      requestTimeout,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16_384,
      // The listener asks for it, and refuses in words.
      requireHostHeader: false,
      connectionsCheckingInterval: Math.min(headersTimeout, requestTimeout, 30_000),
    },
    listenerOf(fetch, options, () => closing),
  )
  server.maxHeadersCount = 100
  refuseUnheard(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      closing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const cut = setTimeout(() => server.closeAllConnections(), closeTimeout)
      server.closeIdleConnections()
      return closed.finally(() => clearTimeout(cut))
    },
  }
}
