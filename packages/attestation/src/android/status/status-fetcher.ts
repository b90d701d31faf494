import { AttestationError } from '../../errors.ts'
import { type AndroidStatusList, parseStatusList } from './status-list.ts'

/** Where Google publishes the status list (Android key attestation guide). */
export const googleStatusUrl = 'https://android.googleapis.com/attestation/status'

export interface StatusFetcherOptions {
  /** How to fetch: the runtime's `fetch`, or one that goes through a proxy. Redirects are refused. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Default {@link googleStatusUrl}. */
  readonly url?: string
  /** Gives up one fetch when it aborts. Default: after 10 seconds. */
  readonly signal?: () => AbortSignal
}

/** A status list and its age, in the shape that `trust` takes: `{ ...(await fetcher.current()) }`. */
export interface FetchedStatus {
  readonly status: AndroidStatusList
  /** When Google's server gave this list or said that it still holds. */
  readonly statusFetchedAt: Date
}

export interface StatusFetcher {
  /**
   * The list, fetched at most once at a time and kept as long as its Cache-Control allows, but never shorter than a
   * minute nor longer than a day. When fetching fails, the last list is given with its true age, which the verifier
   * judges, and the next try is a minute away. Throws `attestation_status_unavailable` when there never was a list.
   */
  current(): Promise<FetchedStatus>
}

const shortestLife = 60
const longestLife = 86_400
/** What Cache-Control would say if it said nothing. */
const defaultLife = 3_600
const retryDelay = 60
const mostBytes = 16 * 1024 * 1024
const fetchTimeout = 10_000

interface Held extends FetchedStatus {
  readonly etag: string | undefined
}

/** Makes a fetcher that holds one list in memory. Nothing runs between calls. */
export function createStatusFetcher(options: StatusFetcherOptions): StatusFetcher {
  const { fetch, now, url = googleStatusUrl, signal = () => AbortSignal.timeout(fetchTimeout) } = options
  let held: Held | undefined
  let nextFetchAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined
  let failure: unknown

  const refresh = async () => {
    try {
      const fetched = await fetchStatus(fetch, url, signal(), now, held)
      held = fetched.held
      nextFetchAt = now() + fetched.life * 1000
    } catch (cause) {
      failure = cause
      nextFetchAt = now() + retryDelay * 1000
    }
  }

  return {
    current: async () => {
      if (now() >= nextFetchAt) {
        running ??= refresh().finally(() => {
          running = undefined
        })
        await running
      }
      if (held === undefined) throw unavailable(failure)
      return { status: held.status, statusFetchedAt: held.statusFetchedAt }
    },
  }
}

async function fetchStatus(
  fetch: StatusFetcherOptions['fetch'],
  url: string,
  signal: AbortSignal,
  now: () => number,
  held: Held | undefined,
): Promise<{ readonly held: Held; readonly life: number }> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (held?.etag !== undefined) headers['if-none-match'] = held.etag
  const response = await fetch(url, { headers, redirect: 'error', signal })
  // A list from a cache on the way is as old as that cache says (RFC 9111 §5.1).
  const age = readSeconds(response.headers.get('age')) ?? 0
  const statusFetchedAt = new Date(now() - age * 1000)
  const life = readLife(response.headers.get('cache-control'), age)
  if (response.status === 304 && held !== undefined) return { held: { ...held, statusFetchedAt }, life }
  if (response.status !== 200) throw new Error(`Unexpected HTTP status ${response.status}, expected 200.`)
  const status = parseStatusList(await readText(response))
  return { held: { status, statusFetchedAt, etag: response.headers.get('etag') ?? undefined }, life }
}

/** Seconds that the list stays fresh: `max-age` less the age (RFC 9111 §4.2), within our bounds. */
function readLife(cacheControl: string | null, age: number): number {
  const directives = (cacheControl ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim())
  if (directives.some((directive) => directive === 'no-store' || directive === 'no-cache'))
    return shortestLife
  const maxAge = directives.find((directive) => directive.startsWith('max-age='))
  const life = readSeconds(maxAge?.slice('max-age='.length) ?? null) ?? defaultLife
  return Math.min(Math.max(life - age, shortestLife), longestLife)
}

function readSeconds(text: string | null): number | undefined {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

/** Reads a body of at most 16 MiB as UTF-8. */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > mostBytes)
      throw new Error(`Unexpected status list of ${bytes} bytes, expected at most ${mostBytes}.`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function unavailable(cause: unknown): AttestationError {
  return new AttestationError(
    'attestation_status_unavailable',
    'Android key attestation guide, certificate revocation status list',
    'Unexpected failure to fetch the status list, expected a list. Let the server reach it, and try again.',
    { cause },
  )
}
