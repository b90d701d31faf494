import { KeyboundError } from '@keybound/protocol'
import { maxBodyBytes, readBounded } from '../../http/body.ts'

/** Parameters of a request, each with one value. */
export type Form = ReadonlyMap<string, string>

const maxParameters = 32

/**
 * Reads a form-encoded body (RFC 6749 §3.2, appendix B): bounded, in UTF-8, no parameter twice. A parameter without a
 * value counts as left out, unknown ones are ignored, as §3.2 asks.
 *
 * Refuses with `unsupported_media_type`, `payload_too_large`, `invalid_request`.
 */
export async function readForm(request: Request): Promise<Form> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded *(; *charset="?utf-8"? *)?$/i.test(type)) {
    throw refuse('unsupported_media_type', 'Content-Type', 'application/x-www-form-urlencoded')
  }
  if (request.headers.has('content-encoding'))
    throw refuse('unsupported_media_type', 'Content-Encoding', 'none')
  if (Number(request.headers.get('content-length')) > maxBodyBytes) {
    throw refuse('payload_too_large', 'size of the body', `at most ${maxBodyBytes} bytes`)
  }
  const bytes = request.body === null ? new Uint8Array(0) : await readBounded(request.body)
  return parseForm(Buffer.from(bytes).toString('latin1'))
}

function parseForm(text: string): Form {
  const form = new Map<string, string>()
  // URLSearchParams repairs what is broken; only what needs no repair gets there.
  if (!/^[\x21-\x7e]*$/.test(text) || /%(?![0-9A-Fa-f]{2})/.test(text)) {
    throw refuse('invalid_request', 'character in the form', 'percent-encoded UTF-8')
  }
  const parameters = new URLSearchParams(text)
  if (parameters.size > maxParameters)
    throw refuse('invalid_request', 'number of parameters', `at most ${maxParameters}`)
  const seen = new Set<string>()
  for (const [name, value] of parameters) {
    if (seen.has(name)) throw refuse('invalid_request', 'repeated parameter', 'each parameter once')
    seen.add(name)
    if (value !== '') form.set(name, value)
  }
  return form
}

/** A parameter that must be there. Refuses with `invalid_request`. */
export function requireParameter(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw refuse('invalid_request', `absence of ${name}`, 'the parameter')
  return value
}

function refuse(
  code: 'invalid_request' | 'unsupported_media_type' | 'payload_too_large',
  found: string,
  expected: string,
): KeyboundError {
  const message = `Unexpected ${found}, expected ${expected}. Send the form as RFC 6749 says.`
  return new KeyboundError(code, message, { rule: 'RFC 6749 §3.2' })
}
