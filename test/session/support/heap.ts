import type { BrowserContext, Page } from 'playwright-core'

/** A heap snapshot of the page after a collection of garbage: every string and every name that is reachable. */
export async function readHeap(context: BrowserContext, page: Page): Promise<Buffer> {
  const devtools = await context.newCDPSession(page)
  const chunks: string[] = []
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await devtools.send('HeapProfiler.enable')
  await devtools.send('HeapProfiler.collectGarbage')
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false, captureNumericValue: true })
  await devtools.detach()
  const text = chunks.join('')
  if (text.length < 100_000) throw new Error('Unexpected heap snapshot, expected one of a page.')
  return Buffer.from(text)
}
