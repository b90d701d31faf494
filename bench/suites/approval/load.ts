import { createHash } from 'node:crypto'
import type { AuthenticationOptionsJSON, SignInAnswer, TransactionAnswer } from '@keybound/protocol'
import { transactionChallenge } from '@keybound/protocol/transactions'
import { origin } from '../sign-in/exchange.ts'
import type { User } from '../sign-in/load.ts'
import { preparePath } from './payment.ts'

/** A payment that waits, and the session its user approves it in. */
export interface Waiting {
  readonly user: User
  readonly id: string
  readonly token: string
}

/** Approves payments over kept connections, one at a time, as the client does: fetch, sign what it says, send. */
export class ApprovalLoad {
  readonly #address: string
  /** By account, for as long as the server takes them. */
  readonly #sessions = new Map<string, string>()
  /** Of a floor, which looks at none. */
  readonly #needsSessions: boolean

  constructor(port: number, needsSessions: boolean) {
    this.#address = `http://127.0.0.1:${port}`
    this.#needsSessions = needsSessions
  }

  /** Creates a payment for each, and signs in who is not; not measured. */
  async prepare(users: readonly User[]): Promise<readonly Waiting[]> {
    const ids = await this.#send<readonly string[]>(
      'POST',
      preparePath,
      users.map(({ account }) => account),
    )
    const waiting: Waiting[] = []
    for (const [at, user] of users.entries()) {
      const token = this.#needsSessions ? await this.#signIn(user) : 'a'.repeat(43)
      waiting.push({ user, id: ids[at] ?? '', token })
    }
    return waiting
  }

  async approve(waiting: readonly Waiting[]): Promise<void> {
    for (const { user, id, token } of waiting) {
      const path = `/v1/transactions/${id}`
      const shown = await this.#send<TransactionAnswer>('GET', path, undefined, token)
      const response = await sign(user, shown)
      await this.#send('POST', `${path}/approval`, { response }, token)
    }
  }

  /** Forgets the sessions: they are good for approvals for a quarter of an hour. */
  renew(): void {
    this.#sessions.clear()
  }

  async #signIn({ account, authenticator, credential }: User): Promise<string> {
    const known = this.#sessions.get(account)
    if (known !== undefined) return known
    const options = await this.#send<AuthenticationOptionsJSON>('POST', '/v1/authentication/options', {
      account,
    })
    const response = authenticator.authenticate(options, { credential, userHandle: null })
    const { session } = await this.#send<SignInAnswer>('POST', '/v1/authentication', { response })
    this.#sessions.set(account, session.token)
    return session.token
  }

  async #send<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const answer = await fetch(this.#address + path, {
      method,
      headers: {
        origin,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
}

async function sign(
  { authenticator, credential }: User,
  { realm, account, nonce, statement, options }: TransactionAnswer,
) {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  const binding = { realm, account, nonce: Buffer.from(nonce, 'base64url'), statement }
  const challenge = Buffer.from(await transactionChallenge(binding, sha256)).toString('base64url')
  return authenticator.authenticate({ ...options, challenge }, { credential, userHandle: null })
}
