import type { TransactionType } from './declaration.ts'

/** Four types to begin with, in English and German. Spread and change what does not fit. */
export const standardTypes = {
  /** One payment: `amount`, `payee`, `reference` (may be missing). */
  payment: {
    fields: { amount: 'amount', payee: 'payee', reference: 'line' },
    optional: ['reference'],
    wording: {
      en: {
        title: 'Approve this payment',
        labels: { amount: 'Amount', payee: 'To', reference: 'Reference' },
      },
      de: {
        title: 'Diese Zahlung freigeben',
        labels: { amount: 'Betrag', payee: 'An', reference: 'Verwendungszweck' },
      },
    },
    level: 'W',
  },
  /** Several payments at once: `batch`, `reference` (may be missing). */
  'payment.batch': {
    fields: { batch: 'batch', reference: 'line' },
    optional: ['reference'],
    wording: {
      en: { title: 'Approve these payments', labels: { batch: 'Total and payees', reference: 'Reference' } },
      de: {
        title: 'Diese Zahlungen freigeben',
        labels: { batch: 'Summe und Empfänger', reference: 'Verwendungszweck' },
      },
    },
    level: 'L1',
  },
  /** A change of how the user is reached: `what`, `previous` (may be missing), `next`. */
  'contact.change': {
    fields: { what: 'line', previous: 'code', next: 'code' },
    optional: ['previous'],
    wording: {
      en: {
        title: 'Change contact data',
        labels: { what: 'What', previous: 'Until now', next: 'From now on' },
      },
      de: { title: 'Kontaktdaten ändern', labels: { what: 'Was', previous: 'Bisher', next: 'Künftig' } },
    },
    level: 'W',
  },
  /** Anything in words: `text`. */
  statement: {
    fields: { text: 'lines' },
    wording: {
      en: { title: 'Confirm this statement', labels: { text: 'Statement' } },
      de: { title: 'Diese Erklärung bestätigen', labels: { text: 'Erklärung' } },
    },
    level: 'W',
  },
} as const satisfies Readonly<Record<string, TransactionType>>
