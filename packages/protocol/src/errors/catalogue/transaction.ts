import type { CatalogueEntry } from '../entry.ts'

/** Codes about transactions, their statements and their receipts. */
export const transactionErrors = {
  statement_malformed: {
    status: 400,
    title: 'Statement malformed',
    happened:
      'The statement of a transaction is not written in its one canonical form, or not built as it must be.',
    whatToDo: 'Do not sign or show it. Ask the server again over a connection you trust.',
  },
  statement_value_unacceptable: {
    status: 400,
    title: 'Statement value unacceptable',
    happened:
      'A value cannot be shown without doubt: hidden or look-alike characters, a number that is no amount, an unknown currency, or a total that is not the sum.',
    whatToDo: 'Correct the value that the message names before the transaction is created.',
  },
  transaction_type_unknown: {
    status: 400,
    title: 'Unknown type of transaction',
    happened: 'No transaction type of this name, or no wording in this language, is declared.',
    whatToDo: 'Declare the type in the server options, or use one that is.',
  },
  transaction_unknown: {
    status: 404,
    title: 'Unknown transaction',
    happened: 'This account has no such transaction; whether another account has is never said.',
    whatToDo: 'Use the id that was given when the transaction was created, signed in as its account.',
  },
  transaction_expired: {
    status: 409,
    title: 'Transaction expired',
    happened: 'The transaction was not approved in time.',
    whatToDo: 'Create it again and approve it within five minutes.',
  },
  transaction_refused: {
    status: 409,
    title: 'Transaction refused by the application',
    happened:
      'The approval was in order, but the application did not carry the transaction out. Nothing was changed.',
    whatToDo: 'See what the application says, for instance that the balance is too low, and create it again.',
  },
  transaction_settled: {
    status: 409,
    title: 'Transaction settled',
    happened: 'The transaction has been approved already; each is approved once.',
    whatToDo: 'Fetch it to see its receipt. Create a new one to do the same again.',
  },
  transaction_mismatch: {
    status: 400,
    title: 'Signature of something else',
    happened: 'What was signed is not this transaction as the server keeps it, so nothing was done.',
    whatToDo: 'Fetch the transaction again, read it, and approve it only if it is what you meant.',
  },
  transaction_level_insufficient: {
    status: 403,
    title: 'Key too weak for this transaction',
    happened: 'The transaction needs a key of a higher assurance level than the one that signed.',
    whatToDo: 'Approve it with the key of another device, such as the phone app.',
  },
  transaction_limit_exceeded: {
    status: 403,
    title: 'Limit exceeded',
    happened: 'The amount, alone or with what was approved lately, is above what this key may approve.',
    whatToDo: 'Approve with a stronger key or one that is past its probation, or approve less.',
  },
  transaction_payee_new: {
    status: 403,
    title: 'New payee',
    happened: 'The payee is new to this account, and the amount is above what new payees may get at first.',
    whatToDo: 'Send less, or wait until the cooling-off after the first payment to this payee is over.',
  },
  transaction_open_limit_reached: {
    status: 409,
    title: 'Too many open transactions',
    happened: 'The account has as many transactions waiting for approval as it may have.',
    whatToDo: 'Approve them, or wait until they expire.',
  },
  receipt_malformed: {
    status: 0,
    title: 'Receipt malformed',
    happened: 'The file is no receipt, or one whose parts do not fit together.',
    whatToDo: 'Get the file from its source again, unchanged.',
  },
  receipt_signature_invalid: {
    status: 0,
    title: 'Receipt signature invalid',
    happened:
      'A signature of the receipt (of the server, of its keys, or of the user’s key) does not verify.',
    whatToDo: 'Do not rely on it: the receipt was changed after it was made, or never was one.',
  },
  receipt_untrusted: {
    status: 0,
    title: 'Receipt key untrusted',
    happened: 'None of the receipt keys you trust vouches for the key that signed this receipt.',
    whatToDo: 'Get the receipt keys of the server over a connection you trust, and verify again.',
  },
} as const satisfies Record<string, CatalogueEntry>
