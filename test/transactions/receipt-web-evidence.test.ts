import { androidPolicies, parseStatusList } from '@keybound/attestation'
import { verifyReceipt } from '@keybound/attestation/receipt'
import {
  type JudgeReceiptEvidenceOptions,
  judgeReceiptEvidence,
} from '@keybound/attestation/receipt/evidence'
import type { CborValue } from '@keybound/protocol/encoding'
import type { ServerTrust } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import { type RegistrationSpec, selfStatement } from '../support/webauthn/forge.ts'
import { androidStatement, attestationTime, packedStatement } from '../support/webauthn/statements.ts'
import { payloadOf } from './support/receipts.ts'
import { android, makerTrust, receiptFor } from './support/web-receipts.ts'

// Receipts of keys that authenticators other than phones attested.

const start = attestationTime.getTime() / 1000
const listed = { serial: '123456789abcdef', status: 'SUSPENDED', reason: null }
const list = parseStatusList({ entries: { [listed.serial]: { status: listed.status } } })

const packed: RegistrationSpec = { format: 'packed', statement: packedStatement() }
const self: RegistrationSpec = { format: 'packed', statement: selfStatement() }
/** Two statements over the same data: of the maker, and of Android (WebAuthn L3 §8.9). */
const compound: RegistrationSpec = {
  format: 'compound',
  statement: (toAttest) =>
    [
      ['packed', packedStatement()],
      ['android-key', androidStatement()],
    ].map(
      ([fmt, statement]) =>
        new Map<string, CborValue>([
          ['fmt', fmt as string],
          ['attStmt', (statement as ReturnType<typeof packedStatement>)(toAttest)],
        ]),
    ),
}

const judged = async (
  receipt: string,
  judges: ServerTrust = makerTrust,
  rules: JudgeReceiptEvidenceOptions['rules'] = {},
) => judgeReceiptEvidence(await verifyReceipt({ receipt, keys: 'any' }), { trust: judges, rules })
/** Any app, and no list needed. */
const lenient = { ...androidPolicies.L2, revocation: 'ifGiven', applications: 'any' } as const
const withList = { ...makerTrust, android: { ...android, status: list, statusFetchedAt: attestationTime } }

describe('a receipt of an authenticator', () => {
  test('proves L1 to who trusts its maker, and to nobody else', async () => {
    const receipt = await receiptFor(packed)
    expect(payloadOf(receipt)).toMatchObject({
      credential: { level: 'L1', format: 'packed' },
      evidence: { ceremony: { origin, algorithms: [-7, -8, -257] }, appAttest: null, status: null },
    })
    expect(await judged(receipt)).toMatchObject({
      level: 'L1',
      attestationType: 'basic',
      testOnly: true,
      status: null,
    })
    await expect(judged(receipt, { roots: [] })).rejects.toMatchObject({ code: 'attestation_untrusted' })
  })

  test('says more than the server told, when the verifier trusts more', async () => {
    const receipt = await receiptFor(packed, { attestation: 'any' }, { roots: [] })
    expect(payloadOf(receipt).credential.level).toBe('W')
    expect((await judged(receipt)).level).toBe('L1')
    expect((await judged(receipt, { roots: [] })).level).toBe('W')
  })

  test('proves nothing of a key that attested itself, which is what W says', async () => {
    const receipt = await receiptFor(self)
    expect(await judged(receipt)).toMatchObject({ level: 'W', attestationType: 'self', android: null })
  })

  test('that made two statements proves the better one, and nothing once a certificate of either is revoked', async () => {
    const receipt = await receiptFor(compound, { android: { policy: lenient, level: 'L2' } })
    expect(payloadOf(receipt).credential).toMatchObject({ level: 'L2', format: 'compound' })
    expect(await judged(receipt)).toMatchObject({ level: 'L2', android: { securityLevel: 'tee' } })
    await expect(judged(receipt, withList)).rejects.toMatchObject({ code: 'attestation_revoked' })
  })

  test('that made two statements, of which one was to pass, says what the list said of the other', async () => {
    const registration = { compound: 'any', android: { policy: lenient, level: 'L2' } } as const
    const receipt = await receiptFor(compound, registration, withList)
    expect(payloadOf(receipt)).toMatchObject({
      credential: { level: 'L1' },
      evidence: { status: { fetchedAt: start, entries: [listed] } },
    })
    await expect(judged(receipt)).rejects.toMatchObject({ code: 'attestation_revoked' })
    expect(await judged(receipt, makerTrust, { compound: 'any' })).toMatchObject({
      level: 'L1',
      android: null,
    })
  })
})
