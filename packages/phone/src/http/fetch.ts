import { decode, encode } from '../bytes.ts'
import { native } from '../errors.ts'
import type { SecureHardware } from '../hardware/secure-hardware.ts'

/** Milliseconds for a whole exchange. */
const timeout = 60_000
/** Longest answer to the app, in bytes: it crosses the bridge at once. */
const longestAnswer = 16 * 1_048_576
/** Statuses whose answers have no body (Fetch, "null body status"). */
const bodiless = [101, 103, 204, 205, 304]

/** Sends a request of the app natively: no redirects, with the app's pins. */
export async function fetchNatively(hardware: SecureHardware, request: Request): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer())
  const headers: { name: string; value: string }[] = []
  request.headers.forEach((value, name) => {
    headers.push({ name, value })
  })
  const answer = await native(
    hardware.request({
      method: request.method,
      url: request.url,
      headers,
      body: encode(body),
      timeout,
      maxBytes: longestAnswer,
    }),
  )
  const { status } = answer
  const content = bodiless.includes(status) ? null : bodyOf(decode(answer.body))
  return new Response(content, { status, headers: answer.headers.map(({ name, value }) => [name, value]) })
}

/** As text where it is UTF-8: the responses of React Native read text out of bytes one byte a character. */
function bodyOf(bytes: Uint8Array<ArrayBuffer>): string | Uint8Array<ArrayBuffer> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes
  }
}
