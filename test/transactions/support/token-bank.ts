import { type ApprovedTransaction, standardTypes } from '@keybound/server'
import type { ApiKnobs } from '../../tokens/support/device.ts'
import { startTokenWorld, type TokenWorldOptions } from '../../tokens/support/world.ts'
import { limits, payment, signTransaction } from './bank.ts'

/** A device with tokens on a bank, which signs payments and posts them with its newest access token. */
export async function startWithTokens(options: TokenWorldOptions = {}) {
  const ledger: ApprovedTransaction[] = []
  const world = await startTokenWorld({
    transactions: { types: standardTypes, within: (approved) => void ledger.push(approved) },
    policy: limits,
    ...options,
  })
  const device = await world.signedIn()
  let operations = 0

  /** Creates a payment, has it signed, and answers its id and how to post it. */
  async function signed() {
    const { id } = await world.server.transactions.create({
      account: world.ada,
      type: 'payment',
      fields: payment(),
      operationId: `operation ${++operations}`,
    })
    const shown = await device.call('GET', `/v1/transactions/${id}`)
    if (shown.status !== 200) throw new Error(`Unexpected ${shown.status} ${shown.text}, expected 200.`)
    const response = await signTransaction(device.authenticator, JSON.parse(shown.text))
    const withBody = (send: (request: Request) => Promise<Response>) => (request: Request) => {
      const headers = new Headers(request.headers)
      headers.set('content-type', 'application/json')
      const { url, method } = request
      return send(new Request(url, { method, headers, body: JSON.stringify({ response }) }))
    }
    const post = (knobs: ApiKnobs = {}) =>
      device.call('POST', `/v1/transactions/${id}/approval`, {
        ...knobs,
        send: withBody(knobs.send ?? world.send),
      })
    return { id, response, post }
  }
  return { world, device, ledger, signed }
}
