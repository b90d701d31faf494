import { type JsonObject, type JwsFormat, malformed } from './strict-jws.ts'

/** A claim that must be there as text of 1 to `max` characters (default 256). */
export function requireText(claims: JsonObject, name: string, format: JwsFormat, max = 256): string {
  const value = optionalText(claims, name, format, max)
  if (value === undefined) throw malformed(format, `absence of ${name}`, 'the claim', 'RFC 7519 §4')
  return value
}

/** A claim that, where present, is text of 1 to `max` characters (default 256). */
export function optionalText(
  claims: JsonObject,
  name: string,
  format: JwsFormat,
  max = 256,
): string | undefined {
  if (!Object.hasOwn(claims, name)) return undefined
  const value = claims[name]
  if (typeof value !== 'string' || value.length === 0 || value.length > max) {
    throw malformed(format, `claim ${name}`, `text of 1 to ${max} characters`, 'RFC 7519 §2')
  }
  return value
}

/** A NumericDate (RFC 7519 §2) that must be there: seconds since 1970, finite and in the range of safe integers. */
export function requireTime(claims: JsonObject, name: string, format: JwsFormat): number {
  const value = optionalTime(claims, name, format)
  if (value === undefined) throw malformed(format, `absence of ${name}`, 'the claim', 'RFC 7519 §4.1')
  return value
}

/** A NumericDate that may be absent. */
export function optionalTime(claims: JsonObject, name: string, format: JwsFormat): number | undefined {
  if (!Object.hasOwn(claims, name)) return undefined
  const value = claims[name]
  if (typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
    throw malformed(format, `claim ${name}`, 'seconds since 1970 as a number', 'RFC 7519 §2')
  }
  return value
}
