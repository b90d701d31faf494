import { expect, test } from 'vitest'
import { AttestationError } from '../errors.ts'
import { Ledger, type Rule } from './ledger.ts'

const rule: Rule = {
  name: 'origin',
  source: 'KeyMint AIDL',
  code: 'key_origin_refused',
  advice: 'Make the key in the key store.',
}

test('an enforcing ledger ends at the first rule that fails, and says what, why and what to do', () => {
  const ledger = new Ledger('enforce')
  expect(ledger.check(rule, true, 'generated', 'generated')).toBe(true)
  const refuse = () => ledger.check(rule, false, 'imported', 'generated')
  expect(refuse).toThrow(AttestationError)
  expect(refuse).toThrow(
    expect.objectContaining({
      code: 'key_origin_refused',
      rule: 'origin (KeyMint AIDL)',
      message: 'Unexpected imported, expected generated. Make the key in the key store.',
    }),
  )
})

test('a collecting ledger goes on and keeps the first refusal', () => {
  const ledger = new Ledger('collect')
  expect(ledger.check(rule, false, 'imported', 'generated')).toBe(false)
  expect(ledger.check(rule, false, 'derived', 'generated')).toBe(false)
  expect(ledger.findings.map(({ found, passed }) => [found, passed])).toEqual([
    ['imported', false],
    ['derived', false],
  ])
  expect(ledger.firstFailure?.message).toContain('imported')
})

test('a rule without advice ends after what was expected', () => {
  const { advice: _, ...plain } = rule
  const ledger = new Ledger('collect')
  ledger.check(plain, false, 'imported', 'generated')
  expect(ledger.firstFailure?.message).toBe('Unexpected imported, expected generated.')
})

test.each([
  ['line breaks', 'com.bank\nINFO accepted', 'com.bank\ufffdINFO accepted'],
  ['escape sequences', '\u001b[32mcom.bank', '\ufffd[32mcom.bank'],
  ['text that is turned around', 'com.\u202eknab', 'com.\ufffdknab'],
  ['characters nobody sees', 'com\u200b.bank', 'com\ufffd.bank'],
  ['lone surrogates', 'com\ud800.bank', 'com\ufffd.bank'],
  ['letters of any script', 'com.bänk.銀行', 'com.bänk.銀行'],
])('what was sent cannot forge a log: %s', (_, sent, shown) => {
  const ledger = new Ledger('collect')
  ledger.check(rule, false, sent, 'generated')
  expect(ledger.findings[0]?.found).toBe(shown)
  expect(ledger.firstFailure?.message).toContain(shown)
})

test('what was sent cannot flood a log', () => {
  const ledger = new Ledger('collect')
  ledger.check(rule, false, 'a'.repeat(10_000), 'generated')
  ledger.check(rule, false, 'a'.repeat(400), 'generated')
  expect(ledger.findings.map(({ found }) => found)).toEqual([`${'a'.repeat(400)}…`, 'a'.repeat(400)])
})
