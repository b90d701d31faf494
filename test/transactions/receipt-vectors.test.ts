import { readFileSync } from 'node:fs'
import { createNodeCrypto } from '@keybound/attestation/node'
import { type ReceiptKey, verifyReceipt } from '@keybound/attestation/receipt'
import { type JudgedEvidence, judgeReceiptEvidence } from '@keybound/attestation/receipt/evidence'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../cli/support.ts'
import { payloadOf } from './support/receipts.ts'

// The receipts of docs/vectors/receipts.json, as servers made them: those of version 1 lie in archives.

interface Vector {
  readonly name: string
  readonly version: 1 | 2
  readonly told: string
  readonly proven: Pick<JudgedEvidence, 'level' | 'status'> | null
  readonly keys: readonly ReceiptKey[]
  readonly receipt: string
}

const file = new URL('../../docs/vectors/receipts.json', import.meta.url)
const { roots, vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly roots: { readonly android: string; readonly apple: string }
  readonly vectors: readonly Vector[]
}
const trustIn = (root: string) => ({ roots: [Buffer.from(root, 'base64')], testOnly: true })
const trust = { roots: [], android: trustIn(roots.android), apple: trustIn(roots.apple) }

test('there are receipts of both versions, with evidence of both kinds of phones and without', () => {
  const kinds = vectors.map(({ receipt }) => {
    const { version, evidence } = payloadOf(receipt)
    return [version, evidence && (evidence.appAttest === null ? 'android' : 'ios')]
  })
  expect(kinds).toEqual([
    [1, undefined],
    [2, null],
    [2, 'android'],
    [2, 'ios'],
  ])
})

describe.each([
  ['Node', createNodeCrypto()],
  ['WebCrypto', createWebCrypto()],
])('with %s', (_, crypto) => {
  test.each(vectors)('$name', async ({ version, told, proven, keys, receipt }) => {
    const verified = await verifyReceipt({ receipt, keys, crypto })
    expect(verified).toMatchObject({
      version,
      statement: { type: 'payment', fields: { amount: { currency: 'EUR', minor: 4200 } } },
      credential: { level: told },
      signedBy: { trust: version === 1 ? 'rotation' : 'key' },
    })
    if (proven === null) expect(verified.evidence).toBeNull()
    else expect(await judgeReceiptEvidence(verified, { trust, crypto })).toMatchObject(proven)
  })
})

test('keybound verify-receipt says of a receipt of version 1 what it proves, and that its level is the server’s word', async () => {
  const [{ receipt, keys } = { receipt: '', keys: [] }] = vectors
  const files = { 'receipt.txt': receipt, 'keys.json': JSON.stringify({ keys }) }
  const args = ['verify-receipt', 'receipt.txt', '--keys', 'keys.json']
  const { status, output } = await runCommand(args, files)
  expect(status).toBe(0)
  expect(output).toContain('✔ VERIFIED')
  expect(output).toContain('Amount: 42.00\u00a0EUR')
  expect(output).toContain('none: receipts of version 1 carry no evidence, so the level is the server’s word')
  const demanded = await runCommand([...args, '--level', 'L2'], files)
  expect([demanded.status, demanded.output.split('\n')[0]]).toEqual([
    1,
    '✘ LEVEL NOT PROVEN  the approval verifies; the level of its key does not',
  ])
})
