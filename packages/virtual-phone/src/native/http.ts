import type { HardwareRequest, HardwareResponse } from '@keybound/phone'
import { concat, decode, encode } from './bytes.ts'
import { hardwareError, invalidArgument } from './errors.ts'

/** The network, as the phone has it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One exchange: no redirects, no cookies, no cache, bounded in time and size. */
export async function sendRequest(fetch: Fetch, request: HardwareRequest): Promise<HardwareResponse> {
  const { protocol, hostname } = parse(request.url)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback)) {
    throw invalidArgument('address', 'https, or http on loopback')
  }
  const body = request.body === '' ? null : decode(request.body)
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers.map(({ name, value }): [string, string] => [name, value]),
      body,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(request.timeout),
    })
    const bytes = await readBounded(response, request.maxBytes)
    const headers = [...response.headers].map(([name, value]) => ({ name, value }))
    return { status: response.status, headers, body: encode(bytes) }
  } catch (error) {
    throw hardwareError('networkFailed', `Unexpected failure of the network: ${String(error)}. Try again.`)
  }
}

function parse(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw invalidArgument('address', 'an absolute URL')
  }
}

async function readBounded({ body }: Response, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    length += part.length
    if (length > most) throw new Error(`answer longer than ${most} bytes`)
    parts.push(part)
  }
  return concat(...parts)
}
