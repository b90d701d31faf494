import { parseStatusList } from '@keybound/attestation'
import { standardTypes, type TransactionLimit } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { createAndroidPhone } from '../support/phones/android-phone.ts'
import { createIphone } from '../support/phones/iphone.ts'
import { appleAuthority, phoneTrust } from '../support/phones/phone-server.ts'
import { refusal } from '../support/server.ts'
import { limits, limitsOn, payee, payment } from './support/bank.ts'
import { startPhoneBank } from './support/phone-bank.ts'
import { payloadOf } from './support/receipts.ts'

// What a key with proof may approve, and until when.

const any = { each: 1_000_000, total: 10_000_000 }
/** Limits on what is new, so that only those of the level are in the way. */
const { newDevice, transactions } = limitsOn({ W: { each: 100, total: 100 }, probation: any, newPayee: any })
const policyWith = (...more: readonly TransactionLimit[]) => ({
  newDevice,
  transactions: { limits: [...transactions.limits, ...more] },
})

describe('limits of a level above W', () => {
  test('hold for the keys of that level: of one payment, and of all in a day', async () => {
    const policy = policyWith({ on: 'L2', currency: 'EUR', each: 50_000, total: 60_000 })
    const bank = await startPhoneBank({}, { policy })
    const phone = await bank.registered(createAndroidPhone())
    expect(await bank.send(phone, payment(50_001))).toMatchObject(refusal('transaction_limit_exceeded'))
    expect((await bank.send(phone, payment(50_000))).status).toBe(200)
    expect(await bank.send(phone, payment(10_001))).toMatchObject(refusal('transaction_limit_exceeded'))
    expect((await bank.send(phone, payment(10_000))).status).toBe(200)
  })

  test('do not hold for keys of another, nor do keys above W need any', async () => {
    const bank = await startPhoneBank(
      {},
      { policy: policyWith({ on: 'R', currency: 'EUR', each: 1, total: 1 }) },
    )
    for (const make of [createAndroidPhone, () => createIphone(appleAuthority)]) {
      const phone = await bank.registered(make())
      expect((await bank.send(phone, payment(500_000))).status).toBe(200)
    }
  })
})

test('a phone approves a batch, for which a browser’s key is too weak', async () => {
  expect(standardTypes['payment.batch']?.level).toBe('L1')
  const bank = await startPhoneBank()
  const phone = await bank.registered(createAndroidPhone())
  const payees = [
    { account: payee.account, minor: 1000, name: payee.name },
    { account: 'DE75512108001245126199', minor: 2500, name: 'Ada Lovelace' },
  ]
  const batch = { kind: 'batch', currency: 'EUR', payees, total: 3500 } as const
  const { json } = await bank.send(phone, { batch }, 'payment.batch')
  expect(JSON.parse(payloadOf(json.receipt).statement)).toMatchObject({ fields: { batch } })
  expect(payloadOf(json.receipt)).toMatchObject({ credential: { level: 'L2' } })
})

test('a phone whose certificate was revoked since moves what a key without proof may, and its receipt says so', async () => {
  const bank = await startPhoneBank({}, { policy: policyWith() })
  const phone = await bank.registered(createAndroidPhone())
  expect((await bank.send(phone, payment(5000))).status).toBe(200)
  const status = parseStatusList({ entries: { '123456789abcdef': { status: 'REVOKED' } } })
  const trust = { ...phoneTrust, android: { ...phoneTrust.android, status } }
  await bank.server.evidence.judgeAgain({ trust })
  bank.clock.advance(86_400)
  expect(await bank.send(phone, payment(101))).toMatchObject(refusal('transaction_limit_exceeded'))
  const { json } = await bank.send(phone, payment(100))
  expect(payloadOf(json.receipt).credential.level).toBe('W')
})

test('limits for new phones are those on probation', async () => {
  const bank = await startPhoneBank({}, { policy: limits })
  const phone = await bank.registered(createAndroidPhone())
  expect(await bank.send(phone, payment(10_001))).toMatchObject(refusal('transaction_limit_exceeded'))
  bank.clock.advance(86_401)
  expect(await bank.send(phone, payment(10_001))).toMatchObject(refusal('transaction_payee_new'))
})
