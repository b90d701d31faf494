import { KeyboundError } from '@keybound/protocol'
import { parseStrictJson } from '@keybound/protocol/encoding'
import type { z } from 'zod'
import { bodyAtHand } from '../internal/plain-request.ts'
import type { Route } from './route.ts'

/** Most bytes of a request body that are read. */
export const maxBodyBytes = 65_536
const maxDepth = 8

/**
 * Reads, parses and checks the body of a request: JSON only, bounded while it streams in, no member named twice, no
 * `__proto__`, exactly the members of the schema. Refuses with `unsupported_media_type`, `payload_too_large`,
 * `invalid_request`, or what the route has for its missing member.
 */
export async function readBody(request: Request, route: Route): Promise<unknown> {
  if (route.body === undefined) return undefined
  const bytes = await readBytes(request)
  return check(parse(bytes), route.body, route.missing)
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const { headers } = request
  const declared = headers.get('content-length')
  const atHand = bodyAtHand(request)
  if (atHand === null || declared === '0' || (atHand === undefined && request.body === null))
    throw invalid('absence of a body, expected JSON')
  if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(headers.get('content-type') ?? '')) {
    throw unsupported('Content-Type, expected application/json')
  }
  if (headers.has('content-encoding')) throw unsupported('Content-Encoding, expected none')
  if (Number(declared) > maxBodyBytes) throw tooLarge()
  const bytes = atHand ?? (await readBounded(request.body))
  if (bytes.length === 0) throw invalid('absence of a body, expected JSON')
  return bytes
}

/**
 * Reads to the end, or stops at once when there is more than allowed: what is declared is not believed. Refuses with
 * `payload_too_large`, and `invalid_request` where the client broke off.
 */
export async function readBounded(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0)
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read().catch(refuseBrokenOff)
    if (done) break
    length += value.length
    if (length > maxBodyBytes) {
      await reader.cancel()
      throw tooLarge()
    }
    chunks.push(value)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

function refuseBrokenOff(cause: unknown): never {
  const message = 'Unexpected end of the body, expected all of it. Send it again.'
  throw new KeyboundError('invalid_request', message, { cause })
}

function parse(bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = parseStrictJson(bytes, { maxBytes: maxBodyBytes, maxDepth })
  } catch (error) {
    const { message } = error as Error
    throw new KeyboundError('invalid_request', message, { cause: error })
  }
  if (holdsProto(value)) throw invalid('member "__proto__", expected none of this name')
  return value
}

/** `JSON.parse` makes it an own member, which careless copies then turn into a prototype (attack F10). */
function holdsProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(holdsProto)
}

function check(value: unknown, schema: z.ZodType, missing: Route['missing']): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (missing !== undefined && isObject && !Object.hasOwn(value, missing.member)) throw missing.refuse()
  throw invalid(describe(result.error.issues[0]))
}

/** Names the member and what was expected; never repeats a value, which may be a password. */
function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'body, expected another'
  const place = issue.path.length === 0 ? 'body' : `value at "${issue.path.join('.')}"`
  switch (issue.code) {
    case 'unrecognized_keys':
      return `member "${issue.keys[0]?.slice(0, 64)}" in ${place}, expected only known members`
    case 'invalid_type':
      return `${place}, expected ${issue.expected}`
    case 'too_big':
      return `${place}, expected at most ${issue.maximum}`
    case 'too_small':
      return `${place}, expected at least ${issue.minimum}`
    default:
      return `${place}, expected what the API description says`
  }
}

function invalid(found: string): KeyboundError {
  return new KeyboundError('invalid_request', `Unexpected ${found}. Compare with /v1/openapi.json.`)
}

function unsupported(found: string): KeyboundError {
  return new KeyboundError('unsupported_media_type', `Unexpected ${found}. Send plain JSON.`)
}

function tooLarge(): KeyboundError {
  return new KeyboundError(
    'payload_too_large',
    `Unexpected size of the body, expected at most ${maxBodyBytes} bytes. Send less.`,
  )
}
