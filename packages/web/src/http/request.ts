import type { PlatformRequest, PlatformResponse } from '@keybound/client'
import { unreachable } from '@keybound/client/for-platforms'
import type { WebEnvironment } from '../environment.ts'

/** One HTTP exchange: no cookies, no redirects, nothing cached. */
export async function request(
  environment: WebEnvironment,
  { url, ...sent }: PlatformRequest,
  signal: AbortSignal,
): Promise<PlatformResponse> {
  try {
    const response = await environment.fetch(url, {
      ...sent,
      signal,
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
    })
    const body = await response.text()
    return { status: response.status, header: (name) => response.headers.get(name), body }
  } catch (cause) {
    throw unreachable({ cause })
  }
}
