import { malformedDer } from './malformed.ts'
import type { DerReader } from './reader.ts'
import { derTag } from './tag.ts'

/**
 * Reads a Time of a certificate: UTCTime or GeneralizedTime with seconds, in UTC, without fractions (RFC 5280
 * §4.1.2.5). Which of the two is used for which year is not judged: devices set the dates of their leaves freely.
 */
export function readTime(reader: DerReader): Date {
  const { tag, contents } = reader.next()
  const yearDigits = tag === derTag.utcTime ? 2 : tag === derTag.generalizedTime ? 4 : undefined
  if (yearDigits === undefined || contents.length !== yearDigits + 11 || contents.at(-1) !== 0x5a) {
    throw malformedTime()
  }
  const pair = (index: number) => readDigits(contents, yearDigits + 2 * index, 2)
  const year = readDigits(contents, 0, yearDigits)
  const [month, day, hour, minute, second] = [pair(0), pair(1), pair(2), pair(3), pair(4)]
  // RFC 5280 §4.1.2.5.1: two digits below 50 are of this century.
  const fullYear = yearDigits === 4 ? year : (year < 50 ? 2000 : 1900) + year
  const date = new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second))
  // Date.UTC takes years below 100 for those of the last century.
  if (fullYear < 100) date.setUTCFullYear(fullYear, month - 1, day)
  const exact =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!exact) throw malformedTime()
  return date
}

function readDigits(contents: Uint8Array, start: number, count: number): number {
  let value = 0
  for (let at = start; at < start + count; at++) {
    const digit = (contents[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) throw malformedTime()
    value = value * 10 + digit
  }
  return value
}

function malformedTime(): Error {
  return malformedDer('RFC 5280 §4.1.2.5', 'Unexpected time, expected a calendar date in UTC with seconds.')
}
