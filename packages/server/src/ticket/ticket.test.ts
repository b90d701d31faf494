import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyInfo, KeyProvider } from '../keys/contract.ts'
import { decodeTicket, encodeTicket, type Ticket, type TicketPurpose } from './format.ts'
import { createTickets } from './tickets.ts'

const purposes: readonly TicketPurpose[] = ['registration', 'authentication', 'grant', 'device']
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })
const anyTicket: fc.Arbitrary<Ticket> = fc.record({
  purpose: fc.constantFrom(...purposes),
  kid: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  realm: sixteen,
  account: sixteen,
  session: sixteen,
  expiresAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  nonce: sixteen,
  label: fc.uint8Array({ maxLength: 512 }),
})

describe('format', () => {
  test('reads what it wrote', () => {
    fc.assert(
      fc.property(anyTicket, fc.uint8Array({ minLength: 32, maxLength: 32 }), (ticket, mac) => {
        const covered = encodeTicket(ticket)
        const decoded = decodeTicket(Buffer.concat([covered, mac]).toString('base64url'))
        expect(decoded && encodeTicket(decoded.ticket)).toEqual(covered)
        expect(decoded?.ticket.expiresAt).toBe(ticket.expiresAt)
        expect(Buffer.from(decoded?.mac ?? [])).toEqual(Buffer.from(mac))
      }),
      { seed: 4 },
    )
  })

  test('takes one spelling of one length only', () => {
    fc.assert(
      fc.property(anyTicket, fc.integer({ min: 1, max: 600 }), (ticket, count) => {
        const text = Buffer.concat([encodeTicket(ticket), Buffer.alloc(32)]).toString('base64url')
        expect(decodeTicket(text.slice(0, -count))).toBeUndefined()
        expect(decodeTicket(text + 'A'.repeat(count))).toBeUndefined()
        expect(decodeTicket(`${text}=`)).toBeUndefined()
        expect(decodeTicket(` ${text}`)).toBeUndefined()
      }),
      { seed: 5 },
    )
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ maxLength: 2_000 })), (text) => {
        expect(() => decodeTicket(text)).not.toThrow()
      }),
      { seed: 6 },
    )
  })

  test('refuses another version and an unknown purpose', () => {
    const [ticket] = fc.sample(anyTicket, { seed: 7, numRuns: 1 })
    if (ticket === undefined) throw new Error('Unexpected absence of a sample.')
    const bytes = Buffer.concat([encodeTicket(ticket), Buffer.alloc(32)])
    for (const [offset, value] of [
      [0, 0],
      [0, 2],
      [1, 0],
      [1, 5],
      [1, 255],
    ] as const) {
      const changed = Buffer.from(bytes)
      changed[offset] = value
      expect(decodeTicket(changed.toString('base64url'))).toBeUndefined()
    }
    expect(() => encodeTicket({ ...ticket, label: new Uint8Array(513) })).toThrow(RangeError)
  })
})

describe('tickets and keys', () => {
  let now = 1_000
  const keyOf = (kid: string, activeFrom: number, acceptUntil = 9_999): KeyInfo => ({
    kid,
    purpose: 'challenge',
    algorithm: 'HS256',
    activeFrom,
    acceptUntil,
  })
  const provider = (...infos: KeyInfo[]): KeyProvider => ({
    list: () => infos,
    mac: (kid, bytes) => createHmac('sha256', kid).update(bytes).digest(),
    sign: () => new Uint8Array(),
  })
  const ticketsOf = (keys: KeyProvider) =>
    createTickets({ keys, realm: 'r', now: () => now, randomBytes: (length) => new Uint8Array(length) })

  test('a published key is accepted before it is used, and used when its time comes', async () => {
    now = 1_000
    const tickets = ticketsOf(provider(keyOf('newKeyNewKc', 2_000), keyOf('oldKeyOldKc', 0)))
    const early = await tickets.issue('authentication', { expiresAt: 5_000 })
    expect(decodeTicket(early)?.ticket.kid).toBe('oldKeyOldKc')
    const ahead = ticketsOf(provider(keyOf('newKeyNewKc', 0)))
    expect(
      await tickets.open('authentication', await ahead.issue('authentication', { expiresAt: 5_000 })),
    ).toMatchObject({ ok: true })
    now = 2_000
    expect(decodeTicket(await tickets.issue('authentication', { expiresAt: 5_000 }))?.ticket.kid).toBe(
      'newKeyNewKc',
    )
    expect(await tickets.open('authentication', early)).toMatchObject({ ok: true })
  })

  test('a retired key is accepted no more', async () => {
    now = 1_000
    const tickets = ticketsOf(provider(keyOf('oldKeyOldKc', 0, 1_500)))
    const ticket = await tickets.issue('authentication', { expiresAt: 5_000 })
    now = 1_499
    expect(await tickets.open('authentication', ticket)).toMatchObject({ ok: true })
    now = 1_500
    expect(await tickets.open('authentication', ticket)).toEqual({ ok: false, refusal: 'invalid' })
  })

  test('without an active key nothing is issued', async () => {
    now = 1_000
    const tickets = ticketsOf(provider(keyOf('newKeyNewKc', 2_000)))
    await expect(tickets.issue('grant', { expiresAt: 1 })).rejects.toMatchObject({ code: 'key_unavailable' })
  })
})
