import type { EpochSeconds } from '../wire/api.ts'

/** A sum of money in minor units (cents), never a fraction. */
export interface AmountValue {
  readonly kind: 'amount'
  /** ISO 4217. */
  readonly currency: string
  /** 1 to 2^53 − 1. */
  readonly minor: number
}

/** Who gets the money. */
export interface PayeeValue {
  readonly kind: 'payee'
  /** 4 to 64 of `A-Z 0-9 -`, such as an IBAN without spaces. */
  readonly account: string
  readonly name: string
}

/** Several payments at once, Art. 5(3)(b) RTS (EU) 2018/389: total and payees. */
export interface BatchValue {
  readonly kind: 'batch'
  readonly currency: string
  /** 1 to 100, each account once. */
  readonly payees: readonly { readonly account: string; readonly minor: number; readonly name: string }[]
  /** The sum of all. */
  readonly total: number
}

/** One line of prose. */
export interface LineValue {
  readonly kind: 'line'
  /** 1 to 140 characters (UTF-16 code units). */
  readonly text: string
}

/** Several lines of prose, 1 to 40. */
export interface LinesValue {
  readonly kind: 'lines'
  readonly lines: readonly string[]
}

/** Something of letters and digits to be compared exactly: an e-mail address, a phone number, a reference. */
export interface CodeValue {
  readonly kind: 'code'
  /** 1 to 140 visible ASCII characters, no space. */
  readonly text: string
}

/** One value of a statement, with the rules of its kind. */
export type FieldValue = AmountValue | PayeeValue | BatchValue | LineValue | LinesValue | CodeValue
export type FieldKind = FieldValue['kind']

/** How a statement is worded: part of it, so that the signature covers every word that is shown. */
export interface StatementView {
  /** BCP 47, such as `en` or `de-CH`: also decides how amounts are written. */
  readonly language: string
  /** Shows each field exactly once. */
  readonly rows: readonly { readonly field: string; readonly label: string }[]
  readonly title: string
}

/** What the user approves. Everything that is shown comes from here, and everything that is here is shown. */
export interface Statement {
  readonly expiresAt: EpochSeconds
  readonly fields: { readonly [name: string]: FieldValue }
  /** Of the transaction: 16 random bytes, base64url. */
  readonly id: string
  /** As the host declared it: 1 to 32 of `a-z 0-9 . -`. */
  readonly type: string
  readonly version: 1
  readonly view: StatementView
}
