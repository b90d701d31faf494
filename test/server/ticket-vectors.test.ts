import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KeyProvider } from '@keybound/server'
import { expect, test } from 'vitest'
import { createTickets, type TicketContent } from '../../packages/server/src/ticket/tickets.ts'

const page = readFileSync(new URL('../../docs/challenge.md', import.meta.url), 'utf8')
const vectors: Record<string, { readonly expiresAt: number; readonly text: string }> = JSON.parse(
  page.slice(page.indexOf('```json') + 7, page.lastIndexOf('```')),
)

const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
const session = Buffer.from(Array.from({ length: 32 }, (_, index) => 0x40 + index)).toString('base64url')
const keys: KeyProvider = {
  list: (purpose) => [
    { kid: 'AQIDBAUGBwg', purpose, algorithm: 'HS256', activeFrom: 0, acceptUntil: 4_000_000_000 },
  ],
  mac: (_, bytes) => createHmac('sha256', key).update(bytes).digest(),
  sign: () => new Uint8Array(),
}
const tickets = createTickets({
  keys,
  realm: 'bank',
  now: () => 1_800_000_000,
  randomBytes: (length) => new Uint8Array(length).fill(0xaa),
})

/** The page's table, written a second time with nothing of the server's. */
function byHand(
  purpose: string,
  account: string,
  sessionTag: string,
  expiresAt: number,
  label: string,
): string {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)
  const covered = Buffer.from(
    [
      '01',
      purpose,
      '0102030405060708',
      sha256('keybound/realm/v1\0bank'),
      account === '' ? '00'.repeat(16) : sha256(`keybound/account/v1\0bank\0${account}`),
      sessionTag,
      expiresAt.toString(16).padStart(12, '0'),
      'aa'.repeat(16),
      Buffer.byteLength(label).toString(16).padStart(4, '0'),
      Buffer.from(label).toString('hex'),
    ].join(''),
    'hex',
  )
  return Buffer.concat([covered, createHmac('sha256', key).update(covered).digest()]).toString('base64url')
}

const none = '00'.repeat(16)
const ofSession = Buffer.from(session, 'base64url').toString('hex').slice(0, 32)

test.each([
  ['authentication', 'authentication', '02', 'acct-1', none, ''],
  ['discoverable', 'authentication', '02', '', none, ''],
  ['registration', 'registration', '01', 'acct-1', none, ''],
  ['grant', 'grant', '03', 'acct-1', ofSession, 'ada\0Ada Lovelace'],
  ['device', 'device', '04', 'acct-1', none, ''],
] as const)('docs/challenge.md: %s', async (name, purpose, byte, account, sessionTag, label) => {
  const vector = vectors[name]
  if (vector === undefined) throw new Error(`Unexpected absence of the vector "${name}".`)
  expect(byHand(byte, account, sessionTag, vector.expiresAt, label)).toBe(vector.text)

  const content: TicketContent = {
    account: account === '' ? undefined : account,
    expiresAt: vector.expiresAt,
    ...(label === '' ? {} : { label: Buffer.from(label) }),
    ...(sessionTag === none ? {} : { session }),
  }
  expect(await tickets.issue(purpose, content)).toBe(vector.text)

  const opened = await tickets.open(purpose, vector.text)
  if (!opened.ok) throw new Error(`Unexpected refusal "${opened.refusal}".`)
  expect(opened.ticket).toMatchObject({ purpose, kid: 'AQIDBAUGBwg', expiresAt: vector.expiresAt })
  expect(Buffer.from(opened.ticket.label).toString()).toBe(label)
  expect(opened.hash).toBe(createHash('sha256').update(vector.text).digest('base64url'))
  if (account !== '') {
    expect(tickets.isFor(opened.ticket, account)).toBe(true)
    expect(tickets.isFor(opened.ticket, 'acct-2')).toBe(false)
  }
})
