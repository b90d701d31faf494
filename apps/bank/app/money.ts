import type { Limit } from './bank.ts'

/** Most that can be typed, in minor units: what a form takes, not what may be paid. */
const most = 99_999_999_999

/** Minor units of what a person typed, such as `12`, `12.5` or `12,50`; `undefined` when it is no such amount. */
export function readAmount(typed: string): number | undefined {
  const [, whole, decimals = ''] = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(typed.trim()) ?? []
  if (whole === undefined) return undefined
  const minor = Number(whole) * 100 + Number(decimals.padEnd(2, '0'))
  return minor > 0 && minor <= most ? minor : undefined
}

/** As the language writes money. `sign` also says plus. */
export function writeAmount(
  minor: number,
  currency: string,
  language: string,
  sign: 'auto' | 'exceptZero' = 'auto',
): string {
  const options = { style: 'currency', currency, signDisplay: sign } as const
  return new Intl.NumberFormat(language, options).format(minor / 100)
}

/** A limit in whole amounts, such as `€100`: of one payment, and of all in a day. */
export function writeLimit(
  limit: Limit,
  currency: string,
  language: string,
): readonly [each: string, total: string] {
  const options = { style: 'currency', currency, maximumFractionDigits: 0 } as const
  const write = new Intl.NumberFormat(language, options)
  return [write.format(limit.each / 100), write.format(limit.total / 100)]
}

/** A day, such as `Nov 24`. */
export function writeDay(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }).format(at * 1000)
}

/** A day with its time. */
export function writeTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at * 1000)
}
