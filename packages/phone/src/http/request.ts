import type { PlatformRequest, PlatformResponse } from '@keybound/client'
import { decode, encode, utf8 } from '../bytes.ts'
import { native } from '../errors.ts'
import type { SecureHardware } from '../hardware/secure-hardware.ts'

/** Milliseconds for a whole exchange. */
const timeout = 15_000
/** Longest answer of the Keybound server, in bytes. */
const longestAnswer = 1_048_576

/** Sends a request to the server. Rejects `network_unreachable`, `server_pin_mismatch`. */
export async function request(
  hardware: SecureHardware,
  { method, url, headers, body }: PlatformRequest,
): Promise<PlatformResponse> {
  const answer = await native(
    hardware.request({
      method,
      url,
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
      body: body === undefined ? '' : encode(utf8(body)),
      timeout,
      maxBytes: longestAnswer,
    }),
  )
  return {
    status: answer.status,
    header: (name) => {
      const values = answer.headers.filter((header) => header.name.toLowerCase() === name.toLowerCase())
      return values.length > 0 ? values.map(({ value }) => value).join(', ') : null
    },
    body: new TextDecoder().decode(decode(answer.body)),
  }
}
