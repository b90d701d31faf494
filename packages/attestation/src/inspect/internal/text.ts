import { encodeBase64Url } from '@keybound/protocol/encoding'
import { toHex } from '../../internal/bytes.ts'

/** Values are one line; reasons may join several. */
const mostCharacters = { value: 200, reason: 2000 } as const
/** Control, format (bidirectional overrides among them), private, unassigned and lone surrogate code points. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Text of the evidence as one line that cannot move a cursor or turn a line around. */
export function printable(text: string, kind: keyof typeof mostCharacters = 'value'): string {
  const most = mostCharacters[kind]
  const visible = text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return visible.length > most ? `${visible.slice(0, most)}…` : visible
}

/** Bytes as hexadecimal, the middle left out when there are many. */
export function shortHex(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes'
  return bytes.length <= 12 ? toHex(bytes) : `${toHex(bytes.subarray(0, 6))}…${toHex(bytes.subarray(-2))}`
}

const visibleAscii = /^[\x20-\x7e]+$/

/** Bytes that are text in quotes, others as base64url. */
export function textOrBase64(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty'
  const text = String.fromCharCode(...bytes.subarray(0, 64))
  return bytes.length <= 64 && visibleAscii.test(text) ? `“${text}”` : encodeBase64Url(bytes)
}

/** The day of a date. */
export function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().slice(0, 10)
}

/** The minute of a date, in UTC. */
export function minute(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** The middle left out of a text that is longer than a name. */
export function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 24)}…${text.slice(-8)}`
}

/** `selfSigned` as `self signed`. */
export function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** The first letter large: findings are written to stand inside a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
