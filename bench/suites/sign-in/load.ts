import { Agent, request } from 'node:http'
import type { AuthenticationOptionsJSON } from '@keybound/protocol'
import type { SoftwareAuthenticator, SoftwareCredential } from '../../../test/support/authenticator.ts'
import { origin } from './exchange.ts'

/** Someone who signs in: a key and the account it belongs to. */
export interface User {
  readonly account: string
  readonly authenticator: SoftwareAuthenticator
  readonly credential: SoftwareCredential
}

/** Signs users in over keep-alive connections, so many at a time. */
export class Load {
  readonly #port: number
  readonly #agent: Agent
  readonly #lanes: number

  constructor(port: number, lanes: number) {
    this.#port = port
    this.#lanes = lanes
    this.#agent = new Agent({ keepAlive: true, maxSockets: lanes })
  }

  /** Signs each user in once; rejects when one is refused. */
  async signIn(users: readonly User[]): Promise<void> {
    const waiting = [...users]
    const lane = async () => {
      for (let user = waiting.pop(); user !== undefined; user = waiting.pop()) await this.#signIn(user)
    }
    await Promise.all(Array.from({ length: this.#lanes }, lane))
  }

  close(): void {
    this.#agent.destroy()
  }

  async #signIn({ account, authenticator, credential }: User): Promise<void> {
    const options = await this.#post('/v1/authentication/options', { account })
    const response = authenticator.authenticate(options as AuthenticationOptionsJSON, {
      credential,
      userHandle: null,
    })
    await this.#post('/v1/authentication', { response })
  }

  /** Again when the connection turns out to have been closed while nothing was asked over it. */
  async #post(path: string, body: unknown): Promise<unknown> {
    const text = JSON.stringify(body)
    return this.#send(path, text).catch((error: unknown) => {
      if (error instanceof StaleConnection) return this.#send(path, text)
      throw error
    })
  }

  #send(path: string, text: string): Promise<unknown> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), origin }
    return new Promise((resolve, reject) => {
      const options = {
        port: this.#port,
        host: '127.0.0.1',
        agent: this.#agent,
        method: 'POST',
        path,
        headers,
      }
      const sent = request(options, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const received = Buffer.concat(chunks).toString()
          if (answer.statusCode === 200) resolve(JSON.parse(received))
          else reject(new Error(`${path} answered ${answer.statusCode}: ${received}`))
        })
      })
      sent.on('error', (error: NodeJS.ErrnoException) => {
        reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error)
      })
      sent.end(text)
    })
  }
}

class StaleConnection extends Error {}
