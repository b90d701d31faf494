import { malformedDer } from './malformed.ts'
import type { DerReader } from './reader.ts'
import { derTag } from './tag.ts'
import { decodeUtf8 } from './values.ts'

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/**
 * Reads a Time of a certificate: UTCTime or GeneralizedTime with seconds, in UTC, without fractions (RFC 5280
 * §4.1.2.5). Which of the two is used for which year is not judged: devices set the dates of their leaves freely.
 */
export function readTime(reader: DerReader): Date {
  const { tag, contents } = reader.next()
  const parts = matchTime(tag, contents)
  if (parts === null) throw malformedTime()
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number)
  // RFC 5280 §4.1.2.5.1: two digits below 50 are of this century.
  const fullYear = tag === derTag.utcTime ? (year < 50 ? 2000 : 1900) + year : year
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second))
  date.setUTCFullYear(fullYear, month - 1, day)
  const exact =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!exact) throw malformedTime()
  return date
}

function matchTime(tag: number, contents: Uint8Array): RegExpExecArray | null {
  if (contents.length > 15) return null
  if (tag === derTag.utcTime) return utcTime.exec(decodeUtf8(contents))
  if (tag === derTag.generalizedTime) return generalizedTime.exec(decodeUtf8(contents))
  return null
}

function malformedTime(): Error {
  return malformedDer('RFC 5280 §4.1.2.5', 'Unexpected time, expected a calendar date in UTC with seconds.')
}
