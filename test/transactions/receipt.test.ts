import { sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ReceiptKey, verifyReceipt } from '@keybound/attestation/receipt'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import type { ReceiptJwk } from '@keybound/protocol'
import { encodeStatement, parseStatement } from '@keybound/protocol/transactions'
import { type KeyProvider, openFileKeys, type PublicJwk } from '@keybound/server'
import { compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../cli/support.ts'
import { createKeyPair } from '../support/authenticator.ts'
import { createMemoryKeys } from '../support/keys.ts'
import { createClock } from '../support/server.ts'
import { payment, startBank } from './support/bank.ts'
import { type Edit, edited, type Payload, resigned } from './support/receipts.ts'

const day = 86_400
const folder = mkdtempSync(join(tmpdir(), 'keybound-receipts-'))
let keys: KeyProvider
/** Receipts and published keys before and after the receipt key was rotated. */
let before: { receipt: string; keys: readonly ReceiptJwk[] }
let after: { receipt: string; keys: readonly ReceiptJwk[] }

beforeAll(async () => {
  const clock = createClock()
  keys = await openFileKeys({ folder, secret: 'the secret of these tests', now: clock.now })
  const bank = await startBank({ keys, now: clock.now })
  const approve = async () => {
    const { session } = await bank.authenticate(bank.authenticator)
    const { id } = await bank.create({ ...payment(), reference: { kind: 'line', text: 'Rent' } })
    const { json } = await bank.approve(bank.authenticator, session.token, id)
    return { receipt: json.receipt, keys: await bank.receiptKeys() }
  }
  before = await approve()
  clock.advance(365 * day)
  await keys.list('receipt')
  clock.advance(3_600)
  after = await approve()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a server that lies could make. */
const lying = (receipt: string, edit: Edit) => resigned(keys, receipt, edit)

describe('a receipt', () => {
  test('says what was approved, by which key, when and where', async () => {
    const verified = await verifyReceipt(before)
    expect(verified).toMatchObject({
      statement: { type: 'payment', fields: payment() },
      realm: 'test',
      approvedAt: 1_800_000_000,
      origin: 'http://localhost:3000',
      credential: { level: 'W', format: 'none', backupEligible: false },
      signedBy: { trust: 'key', trustedKid: before.keys[0]?.kid },
    })
    expect(verified.shown.text).toContain('Amount: 42.00\u00a0EUR')
  })

  test('is a JWS that others verify too', async () => {
    const [key] = before.keys
    const { payload } = await compactVerify(before.receipt, await importJWK({ ...key }, 'ES256'))
    expect(JSON.parse(new TextDecoder().decode(payload)).approvedAt).toBe(1_800_000_000)
  })

  test('verifies with WebCrypto as well', async () => {
    const crypto = createWebCrypto()
    expect((await verifyReceipt({ ...after, keys: before.keys, crypto })).signedBy.trust).toBe('rotation')
    const broken = `${after.receipt.slice(0, -4)}AAAA`
    await expect(verifyReceipt({ receipt: broken, keys: 'any', crypto })).rejects.toMatchObject({
      code: 'receipt_signature_invalid',
    })
  })

  test('verifies after its key was rotated, whichever key is trusted', async () => {
    expect(before.keys).toHaveLength(1)
    expect(after.keys).toHaveLength(2)
    expect((await verifyReceipt({ ...before, keys: after.keys })).signedBy.trust).toBe('key')
    expect((await verifyReceipt({ ...after, keys: before.keys })).signedBy).toMatchObject({
      trust: 'rotation',
      kid: after.keys[0]?.kid,
      trustedKid: before.keys[0]?.kid,
    })
    expect((await verifyReceipt(after)).signedBy.trust).toBe('key')
  })

  test('is not vouched for by keys that came later, by others, or by none', async () => {
    const untrusted = expect.objectContaining({ code: 'receipt_untrusted' })
    const newer = after.keys.filter(({ kid }) => kid !== before.keys[0]?.kid) as readonly ReceiptKey[]
    await expect(verifyReceipt({ ...before, keys: newer })).rejects.toEqual(untrusted)
    await expect(verifyReceipt({ ...before, keys: [] })).rejects.toEqual(untrusted)
    expect((await verifyReceipt({ ...before, keys: 'any' })).signedBy.trust).toBe('none')
  })

  test('names no more keys than verifiers read, however often a provider rotates them', async () => {
    const pairs = Array.from({ length: 70 }, (_, index) => {
      const kid = Buffer.from(`key ${10 + index} .`).toString('base64url')
      return { kid, activeFrom: index, ...createKeyPair() }
    })
    const memory = createMemoryKeys()
    const monthly: KeyProvider = {
      ...memory,
      list: (purpose) => {
        if (purpose !== 'receipt') return memory.list(purpose)
        return pairs.toReversed().map(({ kid, activeFrom, publicKey }) => {
          const jwk = publicKey.export({ format: 'jwk' }) as PublicJwk
          return { kid, purpose, algorithm: 'ES256', activeFrom, acceptUntil: 4e9, publicKey: jwk }
        })
      },
      sign: (kid, bytes) => {
        const key = pairs.find((pair) => pair.kid === kid)?.privateKey
        return key ? sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }) : memory.sign(kid, bytes)
      },
    }
    const bank = await startBank({ keys: monthly })
    const { json } = await bank.approve(bank.authenticator, bank.token, (await bank.create()).id)
    const trusted = (await bank.receiptKeys()).find(({ kid }) => kid === pairs[6]?.kid)
    expect(await verifyReceipt({ receipt: json.receipt, keys: trusted ? [trusted] : [] })).toMatchObject({
      signedBy: { trust: 'rotation', kid: pairs.at(-1)?.kid, trustedKid: pairs[6]?.kid },
    })
  })

  test('is refused once any part of it is changed', async () => {
    const { receipt } = after
    for (let at = 0; at < receipt.length; at += 41) {
      const other = receipt[at] === 'A' ? 'B' : 'A'
      const changed = receipt.slice(0, at) + other + receipt.slice(at + 1)
      await expect(verifyReceipt({ receipt: changed, keys: 'any' }), `${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^receipt_(malformed|signature_invalid)$/),
      })
    }
  })

  test.each<[string, Edit]>([
    ['amount', (payload) => (payload.statement = payload.statement.replace('4200', '1'))],
    ['payee', (payload) => (payload.statement = payload.statement.replace('Grace', 'Bruce'))],
    ['account', (payload) => (payload.account = 'other')],
    ['realm', (payload) => (payload.realm = 'other')],
    ['nonce', (payload) => (payload.nonce = 'A'.repeat(43))],
    ['origin', (payload) => (payload.origin = 'https://evil.example')],
    ['relying party', (payload) => (payload.rpId = 'evil.example')],
    ['key', (payload) => (payload.credential.publicKey = 'AAAA')],
    ['user verification', (payload) => (payload.response.authenticatorData = withoutVerification(payload))],
  ])('stands by the user’s signature: not even the server can change the %s', async (_, edit) => {
    await expect(verifyReceipt({ receipt: edited(after.receipt, edit), keys: 'any' })).rejects.toMatchObject({
      code: 'receipt_signature_invalid',
    })
    await expect(
      verifyReceipt({ ...after, receipt: await lying(after.receipt, edit) }),
    ).rejects.toMatchObject({
      code: 'receipt_signature_invalid',
    })
  })

  test.each<[string, Edit]>([
    ['a statement that is none', (payload) => (payload.statement = '{}')],
    ['an approval after the end', (payload) => (payload.approvedAt += 300)],
    ['a missing member', (payload) => Reflect.deleteProperty(payload, 'nonce')],
    ['a further member', (payload) => Object.assign(payload, { note: 'x' })],
    ['another version', (payload) => Object.assign(payload, { version: 3 })],
    ['evidence in version 1', (payload) => Object.assign(payload, { version: 1 })],
    ['no word of evidence', (payload) => Reflect.deleteProperty(payload, 'evidence')],
    ['no key', (payload) => (payload.keys = [])],
    ['a key of another length', (payload) => Object.assign(payload.keys.at(-1) ?? {}, { x: 'AAAA' })],
    ['a level that is none', (payload) => Object.assign(payload.credential, { level: 'S' })],
    ['a time beyond all', (payload) => (payload.credential.createdAt = 2 ** 52)],
    ['an end beyond all', (payload) => (payload.statement = endless(payload.statement))],
  ])('with %s is none', async (_, edit) => {
    const receipt = await lying(before.receipt, edit)
    await expect(verifyReceipt({ receipt, keys: 'any' })).rejects.toMatchObject({ code: 'receipt_malformed' })
  })

  test('without any key, and without the name of one, is none: nothing would have signed it', async () => {
    const [, body] = edited(before.receipt, (payload) => (payload.keys = [])).split('.')
    const header = Buffer.from('{"alg":"ES256","typ":"keybound-receipt"}').toString('base64url')
    await expect(verifyReceipt({ receipt: `${header}.${body}.AAAA`, keys: 'any' })).rejects.toMatchObject({
      code: 'receipt_malformed',
    })
  })

  test('takes no endorsement from a key that is not the one before', async () => {
    const forged = await lying(after.receipt, (payload) => {
      Object.assign(payload.keys[1] ?? {}, { activeFrom: 1 })
    })
    const chained = await lying(after.receipt, (payload) => {
      Object.assign(payload.keys[0] ?? {}, { ...payload.keys[1], endorsement: null })
    })
    for (const receipt of [forged, chained]) {
      await expect(verifyReceipt({ ...after, receipt })).rejects.toMatchObject({
        code: 'receipt_signature_invalid',
      })
    }
  })

  test.each(['', 'a.b', 'a.b.c.d', '{}', 'eyJhbGciOiJub25lIn0.e30.', '...', '\u202e'])(
    '%j is none',
    async (receipt) => {
      await expect(verifyReceipt({ receipt, keys: 'any' })).rejects.toMatchObject({
        code: 'receipt_malformed',
      })
    },
  )
})

describe('keybound verify-receipt', () => {
  const jwks = () => JSON.stringify({ keys: before.keys })

  test('says in words what was approved and what remains a matter of trust', async () => {
    const files = { 'receipt.txt': `${after.receipt}\n`, 'keys.json': jwks() }
    const { status, output } = await runCommand(
      ['verify-receipt', 'receipt.txt', '--keys', 'keys.json'],
      files,
    )
    expect(status).toBe(0)
    for (const words of [
      '✔ VERIFIED',
      'Approve this payment',
      'Amount: 42.00\u00a0EUR',
      'Grace Hopper',
      'Reference: Rent',
      'W: a key in a browser',
      'without attestation; bound to one device by its own word',
      'a browser may take a PIN instead',
      'the server signed all of this',
      '2028-01-15 09:00:00 UTC',
      'the key was rotated since',
      'What remains a matter of trust',
      'that the screen showed what was signed',
    ]) {
      expect(output).toContain(words)
    }
  })

  test('vouches for nothing without keys, and takes the server’s answer as it came', async () => {
    const files = { 'answer.json': JSON.stringify({ receipt: before.receipt }) }
    const { status, output } = await runCommand(['verify-receipt', 'answer.json'], files)
    expect(status).toBe(1)
    expect(output).toContain('✘ NOT VOUCHED FOR')
    expect(output).toContain('somebody signed all of this')
    expect(output).not.toContain('the server signed')
    expect(output).toContain('give its receipt keys with --keys')
  })

  test('refuses with the code, in words and as JSON', async () => {
    const receipt = edited(before.receipt, (payload) => (payload.account = 'other'))
    const files = { 'receipt.txt': receipt, 'keys.json': jwks() }
    const words = await runCommand(['verify-receipt', 'receipt.txt', '--keys', 'keys.json'], files)
    expect([words.status, words.output.includes('receipt_signature_invalid')]).toEqual([1, true])
    const json = await runCommand(['verify-receipt', 'receipt.txt', '--keys', 'keys.json', '--json'], files)
    expect(JSON.parse(json.output)).toMatchObject({ refused: { code: 'receipt_signature_invalid' } })
    const good = await runCommand(['verify-receipt', '-', '--keys', 'keys.json', '--json'], {
      ...files,
      '-': before.receipt,
    })
    expect([good.status, JSON.parse(good.output).statement.type]).toEqual([0, 'payment'])
  })

  test('says what it does not understand', async () => {
    const files = { 'receipt.txt': before.receipt, 'keys.json': '{"keys":[]}', 'no.json': '{"other":1}' }
    for (const args of [
      [],
      ['none.txt'],
      ['receipt.txt', '--keys', 'keys.json'],
      ['no.json'],
      ['receipt.txt', '--no'],
    ]) {
      expect((await runCommand(['verify-receipt', ...args], files)).status).toBe(2)
    }
    const help = await runCommand(['verify-receipt', '--help'])
    expect([help.status, help.output.startsWith('Usage: keybound verify-receipt')]).toEqual([0, true])
  })
})

/** The statement with an end that no calendar has: canonical, and what a server that lies could have a user sign. */
function endless(statement: string): string {
  return encodeStatement({ ...parseStatement(statement), expiresAt: Number.MAX_SAFE_INTEGER })
}

/** The authenticator data with the flag UV cleared (WebAuthn L3 §6.1). */
function withoutVerification(payload: Payload): string {
  const data = Buffer.from(payload.response.authenticatorData, 'base64url')
  data[32] = (data[32] ?? 0) & ~0x04
  return data.toString('base64url')
}
