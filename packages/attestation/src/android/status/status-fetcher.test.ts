import { expect, test, vi } from 'vitest'
import { createStatusFetcher, googleStatusUrl } from './status-fetcher.ts'

const list = (serial: string) => JSON.stringify({ entries: { [serial]: { status: 'REVOKED' } } })
const answer =
  (body: string | null, headers: Record<string, string> = {}, status = 200) =>
  () =>
    Promise.resolve(new Response(body, { status, headers }))

/** A fetcher whose clock and answers are the test's. */
function setUp(...answers: (() => Promise<Response>)[]) {
  const clock = { now: Date.UTC(2026, 0, 1) }
  const fetch = vi.fn((_url: string, _init: RequestInit) => {
    const next = answers.shift()
    return next ? next() : Promise.reject(new Error('unreachable'))
  })
  const fetcher = createStatusFetcher({
    fetch,
    now: () => clock.now,
    signal: () => new AbortController().signal,
  })
  const pass = (seconds: number) => {
    clock.now += seconds * 1000
  }
  const serials = async () => [...(await fetcher.current()).status.entries.keys()]
  return { fetch, fetcher, clock, pass, serials }
}

test('the list is kept for as long as Cache-Control says', async () => {
  const { fetch, pass, serials } = setUp(
    answer(list('a'), { 'cache-control': 'public, max-age=600' }),
    answer(list('b')),
  )
  expect(await serials()).toEqual(['a'])
  pass(599)
  expect(await serials()).toEqual(['a'])
  pass(1)
  expect(await serials()).toEqual(['b'])
  expect(fetch).toHaveBeenCalledTimes(2)
  expect(fetch).toHaveBeenCalledWith(googleStatusUrl, expect.objectContaining({ redirect: 'error' }))
})

test.each([
  ['never shorter than a minute', 'max-age=0', 60],
  ['no-store too', 'no-store, max-age=900', 60],
  ['no-cache too', 'max-age=900, No-Cache', 60],
  ['never longer than a day', 'max-age=99999999', 86_400],
  ['an hour when nothing is said', '', 3_600],
  ['an hour when nonsense is said', 'max-age=soon', 3_600],
])('freshness is bounded: %s', async (_, cacheControl, life) => {
  const { fetch, pass, serials } = setUp(
    answer(list('a'), { 'cache-control': cacheControl }),
    answer(list('b')),
  )
  await serials()
  pass(life - 1)
  expect(await serials()).toEqual(['a'])
  pass(1)
  expect(await serials()).toEqual(['b'])
  expect(fetch).toHaveBeenCalledTimes(2)
})

test('a list from a cache on the way is as old as that cache says', async () => {
  const { fetcher, clock, pass, serials } = setUp(
    answer(list('a'), { 'cache-control': 'max-age=600', age: '500' }),
    answer(list('b')),
  )
  expect((await fetcher.current()).statusFetchedAt.getTime()).toBe(clock.now - 500_000)
  pass(100)
  expect(await serials()).toEqual(['b'])
})

test('an unchanged list is confirmed, not sent again', async () => {
  const { fetch, fetcher, clock, pass, serials } = setUp(
    answer(list('a'), { etag: '"v1"', 'cache-control': 'max-age=60' }),
    answer(null, { 'cache-control': 'max-age=60' }, 304),
  )
  await serials()
  pass(60)
  expect(await serials()).toEqual(['a'])
  expect((await fetcher.current()).statusFetchedAt.getTime()).toBe(clock.now)
  expect(fetch.mock.calls[1]?.[1].headers).toMatchObject({ 'if-none-match': '"v1"' })
})

test('callers that come together share one fetch', async () => {
  const { fetch, fetcher } = setUp(answer(list('a')))
  const all = await Promise.all([fetcher.current(), fetcher.current(), fetcher.current()])
  expect(fetch).toHaveBeenCalledTimes(1)
  expect(new Set(all.map(({ status }) => status)).size).toBe(1)
})

test('after a failure the old list is given with its true age, and the next try waits a minute', async () => {
  const { fetch, fetcher, clock, pass } = setUp(
    answer(list('a'), { 'cache-control': 'max-age=60' }),
    answer('busy', {}, 503),
    answer(list('b')),
  )
  const first = (await fetcher.current()).statusFetchedAt
  pass(60)
  expect((await fetcher.current()).statusFetchedAt).toEqual(first)
  pass(59)
  expect((await fetcher.current()).statusFetchedAt).toEqual(first)
  expect(fetch).toHaveBeenCalledTimes(2)
  pass(1)
  expect((await fetcher.current()).statusFetchedAt.getTime()).toBe(clock.now)
})

test.each([
  ['the network', () => Promise.reject(new Error('offline'))],
  ['the server', answer('no', {}, 500)],
  ['a list that comes with an error', answer(list('a'), {}, 500)],
  ['an answer of another kind', answer('<html>')],
  ['a 304 to a first question', answer(null, {}, 304)],
  ['an empty body', answer(null)],
  ['bytes that are no UTF-8', () => Promise.resolve(new Response(Uint8Array.of(0x7b, 0xff)))],
])('without any list %s ends in attestation_status_unavailable', async (_, failing) => {
  const { fetcher } = setUp(failing)
  await expect(fetcher.current()).rejects.toMatchObject({
    code: 'attestation_status_unavailable',
    cause: expect.any(Error),
  })
})

test('a body of 16 MiB is read', async () => {
  const { serials } = setUp(answer(list('a').padEnd(16 * 1024 * 1024)))
  expect(await serials()).toEqual(['a'])
})

test('an endless body is cut off', async () => {
  let sent = 0
  const endless = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          pull: (controller) => {
            sent += 1 << 20
            controller.enqueue(new Uint8Array(1 << 20).fill(0x20))
          },
        }),
      ),
    )
  const { fetcher } = setUp(endless)
  await expect(fetcher.current()).rejects.toMatchObject({ code: 'attestation_status_unavailable' })
  expect(sent).toBeLessThan(20 * (1 << 20))
})
