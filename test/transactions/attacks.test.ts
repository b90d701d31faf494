import { createHash } from 'node:crypto'
import { type ApprovedTransaction, standardTypes } from '@keybound/server'
import { createMemoryStore } from '@keybound/server/store/memory'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAuthenticator, createKeyPair } from '../support/authenticator.ts'
import { origin, refusal } from '../support/server.ts'
import { createTestKey } from '../tokens/support/proof-key.ts'
import { type Bank, common, limitsOn, payment, signTransaction, startBank } from './support/bank.ts'
import { startWithTokens } from './support/token-bank.ts'

// Attacks of the catalogue on approvals, by id, as far as approve.test.ts does not make them; docs/attacks.md lists all.

let bank: Bank
let ledger: ApprovedTransaction[]
const transactions = {
  types: standardTypes,
  within: (approved: ApprovedTransaction) => void ledger.push(approved),
}
beforeEach(async () => {
  ledger = []
  bank = await startBank({ transactions })
})

const open = async (minor?: number) =>
  (await bank.fetchTransaction(bank.token, (await bank.create(payment(minor))).id)).json
const paid = () => ledger.map(({ id }) => id)
const pathOf = (id: string) => `/v1/transactions/${id}/approval`

describe('C02, C06: a proxy', () => {
  test('that reads everything sends what it saw again, in any order: each signature served its own, once', async () => {
    const [one, other] = [await open(1), await open(2)]
    const signed = [one, other].map((transaction) => signTransaction(bank.authenticator, transaction))
    const [first, second] = await Promise.all(signed)
    if (!first || !second) throw new Error('unreachable')
    const codes = []
    for (const [id, response] of [
      [other.id, first],
      [other.id, second],
      [one.id, second],
      [one.id, first],
      [other.id, second],
      [one.id, first],
    ] as const) {
      const { status, json } = await bank.postApproval(bank.token, id, response)
      codes.push(status === 200 ? '200' : json.code)
    }
    expect(codes).toEqual([
      'transaction_mismatch',
      '200',
      'transaction_mismatch',
      '200',
      'transaction_settled',
      'transaction_settled',
    ])
    expect(paid()).toEqual([other.id, one.id])
  })

  test('F05: creates none, approves by no other way, method or version', async () => {
    const { id } = await open()
    const response = await signTransaction(bank.authenticator, await open())
    for (const [method, path, code] of [
      ['POST', '/v1/transactions', 'not_found'],
      ['POST', `/v1/transactions/${id}`, 'method_not_allowed'],
      ['PUT', pathOf(id), 'method_not_allowed'],
      ['PATCH', pathOf(id), 'method_not_allowed'],
      ['DELETE', `/v1/transactions/${id}`, 'method_not_allowed'],
      ['POST', `/v2/transactions/${id}/approval`, 'not_found'],
      ['POST', `/transactions/${id}/approval`, 'not_found'],
      ['POST', `${pathOf(id)}/`, 'not_found'],
    ] as const) {
      const answer = await bank.call(method, path, { token: bank.token, body: { response } })
      expect(answer, `${method} ${path}`).toMatchObject(refusal(code))
    }
    const overridden = await bank.call('GET', pathOf(id), {
      token: bank.token,
      headers: { 'x-http-method-override': 'POST' },
    })
    expect(overridden).toMatchObject(refusal('method_not_allowed'))
    expect(paid()).toEqual([])
  })
})

test('C07: a phishing page that passes the true transaction on gets a signature that says where it was made', async () => {
  const transaction = await open()
  // The browser of the victim, on the page of the phisher: it writes the origin it is on, whatever the page wants.
  const phished = await signTransaction(bank.authenticator, transaction, {
    origin: 'https://bank.example.evil',
  })
  expect(await bank.postApproval(bank.token, transaction.id, phished)).toMatchObject(
    refusal('origin_mismatch'),
  )
  expect(paid()).toEqual([])
})

describe('D: tokens that were stolen', () => {
  test('D03: an access token without its key, as a bearer, or with the proof of another call posts no approval', async () => {
    const { device, ledger, signed } = await startWithTokens()
    const { id, post } = await signed()
    for (const [knobs, code] of [
      [{ key: createTestKey() }, 'dpop_key_mismatch'],
      [{ scheme: 'Bearer' }, 'session_required'],
      [{ claims: { htm: 'GET' } }, 'dpop_method_mismatch'],
      [{ claims: { htu: `${origin}${pathOf('A'.repeat(22))}` } }, 'dpop_uri_mismatch'],
      [{ claims: { ath: createHash('sha256').update('x').digest('base64url') } }, 'dpop_token_mismatch'],
    ] as const) {
      expect((await post(knobs)).json.code).toBe(code)
    }
    expect(ledger).toEqual([])
    expect((await post()).status).toBe(200)
    expect([ledger.map((one) => one.id), device.tokens.access.length > 0]).toEqual([[id], true])
  })

  test('D03, F02: the very request that was approved, sent again, is a proof that was used', async () => {
    const { world, ledger, signed } = await startWithTokens()
    const { post } = await signed()
    const seen: Request[] = []
    const tap = (request: Request) => {
      seen.push(request.clone())
      return world.send(request)
    }
    expect((await post({ send: tap })).status).toBe(200)
    const again = await world.send(seen.at(-1) as Request)
    expect(await again.json()).toMatchObject({ code: 'dpop_proof_replayed' })
    expect(ledger).toHaveLength(1)
  })

  test.each<[string, (world: Awaited<ReturnType<typeof startWithTokens>>) => Promise<unknown>, string]>([
    [
      'D05: signed out everywhere',
      ({ device }) => device.call('DELETE', '/v1/sessions'),
      'access_token_revoked',
    ],
    [
      'D05: ended by the host',
      ({ world }) => world.server.sessions.revoke({ account: world.ada }),
      'access_token_revoked',
    ],
    [
      'F08: its key removed',
      ({ device }) => device.call('DELETE', `/v1/credentials/${device.authenticator.credentials[0]?.id}`),
      'access_token_revoked',
    ],
  ])('%s: a signature made before approves nothing after', async (_, end, code) => {
    const started = await startWithTokens()
    const { post } = await started.signed()
    await end(started)
    expect((await post()).json.code).toBe(code)
    expect(started.ledger).toEqual([])
  })
})

describe('E: signatures', () => {
  test('E02: the signature of a payment opens no session, gets no tokens and registers nothing', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    const signIn = await bank.call('POST', '/v1/authentication', { body: { response } })
    expect(signIn).toMatchObject(refusal('challenge_invalid'))
    const { world, signed } = await startWithTokens()
    const { response: approval } = await signed()
    const form = {
      grant_type: 'urn:keybound:params:oauth:grant-type:webauthn',
      assertion: JSON.stringify(approval),
    }
    const answer = await world.device({ authenticator: createAuthenticator({ origin }) }).askForTokens(form)
    expect(answer.json).toMatchObject({ error: 'invalid_grant', code: 'challenge_invalid' })
    expect(paid()).toEqual([])
  })

  test('E02: a transaction of another realm on the same store and keys is none here, nor is its signature', async () => {
    const store = createMemoryStore()
    bank = await startBank({ store, transactions })
    const shop = await startBank({ store, keys: bank.keys, realm: 'shop', transactions })
    const there = await shop.create()
    expect(await bank.fetchTransaction(bank.token, there.id)).toMatchObject(refusal('transaction_unknown'))
    const transaction = (await shop.fetchTransaction(shop.token, there.id)).json
    const response = await signTransaction(shop.authenticator, transaction)
    for (const id of [there.id, (await open()).id])
      expect((await bank.postApproval(bank.token, id, response)).json.code).toMatch(
        /^transaction_(unknown|mismatch)$/,
      )
    expect(paid()).toEqual([])
  })

  test('E03: nonces are 256 bits of the server, never the same', async () => {
    const nonces = new Set<string>()
    for (let round = 0; round < 40; round++) {
      nonces.add((await open()).nonce)
      bank.clock.advance(100)
    }
    expect([nonces.size, new Set([...nonces].map((nonce) => nonce.length))]).toEqual([40, new Set([43])])
    expect(new Set([...nonces].map((nonce) => nonce.slice(0, 4))).size).toBe(40)
  })

  test('E07: the mirrored signature, and one with bytes behind it, move nothing a second time', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    const der = Buffer.from(response.response.signature, 'base64url')
    const signatures = { mirrored: mirrored(der), trailing: Buffer.concat([der, Buffer.of(0)]) }
    const withSignature = (signature: Buffer) => ({
      ...response,
      response: { ...response.response, signature: signature.toString('base64url') },
    })
    expect(
      await bank.postApproval(bank.token, transaction.id, withSignature(signatures.trailing)),
    ).toMatchObject(refusal('signature_invalid'))
    expect(paid()).toEqual([])
    expect((await bank.postApproval(bank.token, transaction.id, response)).status).toBe(200)
    for (const signature of [signatures.mirrored, signatures.trailing])
      expect(await bank.postApproval(bank.token, transaction.id, withSignature(signature))).toMatchObject(
        refusal('transaction_settled'),
      )
    expect(paid()).toEqual([transaction.id])
  })

  test('E08: a key that an attacker registered with the password is on probation, and a new payee as well', async () => {
    const attackers = createAuthenticator({ origin })
    const small = { each: 100, total: 100 }
    const policy = limitsOn({ W: common, probation: small, newPayee: { each: 500, total: 500 } })
    bank = await startBank({ transactions, policy })
    await bank.register(attackers)
    const { session } = await bank.authenticate(attackers)
    const over = await bank.create(payment(101))
    expect(await bank.approve(attackers, session.token, over.id)).toMatchObject(
      refusal('transaction_limit_exceeded'),
    )
    expect(paid()).toEqual([])
  })

  test('E13: a counter that does not rise approves nothing', async () => {
    const counting = createAuthenticator({ origin, signCount: 'rising' })
    await bank.register(counting)
    const { session } = await bank.authenticate(counting)
    const transaction = await open()
    const cloned = await signTransaction(counting, transaction, { signCount: 1 })
    expect(await bank.postApproval(session.token, transaction.id, cloned)).toMatchObject(
      refusal('sign_count_replayed'),
    )
    expect(paid()).toEqual([])
    const honest = await signTransaction(counting, transaction)
    expect((await bank.postApproval(session.token, transaction.id, honest)).status).toBe(200)
  })
})

describe('F: the server’s logic', () => {
  test('F01, F07: a transaction of somebody else and one that does not exist are one answer, byte for byte', async () => {
    await bank.register(bank.authenticator, 'grace')
    const { session } = await bank.authenticate(bank.authenticator, bank.grace)
    const { id } = await bank.create()
    const response = await signTransaction(bank.authenticator, await open())
    for (const asked of [
      (one: string) => bank.fetchTransaction(session.token, one),
      (one: string) => bank.postApproval(session.token, one, response),
    ]) {
      const [theirs, none] = [await asked(id), await asked('A'.repeat(22))]
      expect(theirs).toMatchObject({ status: 404, ...refusal('transaction_unknown') })
      expect([theirs.status, theirs.text]).toEqual([none.status, none.text])
    }
    expect(paid()).toEqual([])
  })

  test('F04: whoever has locked the password out has not locked out the key: it signs in and pays', async () => {
    for (let round = 0; round < 12; round++)
      await bank.call('POST', '/v1/sessions/password', {
        body: { username: 'ada', password: 'a wrong guess' },
      })
    const wait = await bank.call('POST', '/v1/sessions/password', {
      body: { username: 'ada', password: 'a wrong guess' },
    })
    expect(wait).toMatchObject(refusal('too_many_attempts'))
    const { session } = await bank.authenticate(bank.authenticator)
    const { id } = await bank.create()
    expect((await bank.approve(bank.authenticator, session.token, id)).status).toBe(200)
    expect(paid()).toEqual([id])
  })

  test.each<[string, string, string]>([
    ['no JSON', 'response=x', 'invalid_request'],
    ['an array', '[]', 'invalid_request'],
    ['a response that is a text', '{"response":"x"}', 'invalid_request'],
    ['a response that is a list', '{"response":[]}', 'invalid_request'],
    ['an operator in place of an id', '{"response":{"id":{"$ne":""}}}', 'invalid_request'],
    ['a member twice', '{"response":{},"response":{}}', 'invalid_request'],
    ['__proto__', '{"__proto__":{"acr":"R"},"response":{}}', 'invalid_request'],
    ['F14: 70,000 bytes', `{"response":"${'x'.repeat(70_000)}"}`, 'payload_too_large'],
    ['F14: deep nesting', `{"response":${'['.repeat(30_000)}`, 'invalid_request'],
  ])('F10: %s is refused', async (_, body, code) => {
    const { id } = await open()
    expect(await bank.call('POST', pathOf(id), { token: bank.token, body })).toMatchObject(
      refusal(code as never),
    )
    expect(paid()).toEqual([])
  })

  test('F14: members of the assertion that are too long are refused', async () => {
    const transaction = await open()
    const { response, ...rest } = await signTransaction(bank.authenticator, transaction)
    for (const member of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      const long = { ...rest, response: { ...response, [member]: 'A'.repeat(20_000) } }
      const answer = await bank.postApproval(bank.token, transaction.id, long)
      expect(answer.status, member).toBeGreaterThanOrEqual(400)
      expect(answer.status, member).toBeLessThan(500)
    }
    expect(paid()).toEqual([])
  })

  test('F11: pages of other origins neither read nor approve', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    for (const other of ['https://evil.example', 'null', 'http://localhost:3001']) {
      const headers = { origin: other }
      const post = await bank.call('POST', pathOf(transaction.id), {
        token: bank.token,
        body: { response },
        headers,
      })
      expect(post).toMatchObject({ status: 403, ...refusal('origin_not_allowed') })
      const read = await bank.call('GET', `/v1/transactions/${transaction.id}`, {
        token: bank.token,
        headers,
      })
      expect(read.headers.has('access-control-allow-origin')).toBe(false)
    }
    // What needs no preflight: a form, or text.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await bank.call('POST', pathOf(transaction.id), {
        token: bank.token,
        body: JSON.stringify({ response }),
        headers: { 'content-type': type },
      })
      expect(answer).toMatchObject(refusal('unsupported_media_type'))
    }
    expect(paid()).toEqual([])
  })

  test('F13: neither events nor refusals hold a statement, nonce, signature, receipt or token', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    const forged = await signTransaction(bank.authenticator, transaction, {
      signWith: createKeyPair().privateKey,
    })
    const refusals = [
      await bank.postApproval(bank.token, transaction.id, forged),
      await bank.postApproval(bank.passwordToken, transaction.id, response),
    ]
    const { json } = await bank.postApproval(bank.token, transaction.id, response)
    refusals.push(await bank.postApproval(bank.token, transaction.id, response))
    expect(refusals.map((one) => one.json.code)).toEqual([
      'signature_invalid',
      'step_up_required',
      'transaction_settled',
    ])
    const written = JSON.stringify([bank.events, refusals.map(({ text }) => text)])
    expect(written).toContain(transaction.id)
    for (const secret of [
      'Grace Hopper',
      transaction.nonce,
      response.response.signature,
      forged.response.signature,
      json.receipt.split('.')[2] ?? '',
      bank.token,
      bank.passwordToken,
    ])
      expect(written).not.toContain(secret)
    expect(paid()).toEqual([transaction.id])
  })
})

/** The other signature that is valid over the same bytes: (r, n − s), in DER as authenticators write it. */
function mirrored(der: Buffer): Buffer {
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  const length = der[3] ?? 0
  const r = der.subarray(2, 4 + length)
  const s = BigInt(`0x${der.subarray(6 + length).toString('hex')}`)
  const hex = (order - s).toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  const body = Buffer.concat([r, Buffer.of(2, positive.length), positive])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}
