import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvalsBudget, budget, faults, measure, signInBudget, signInEntry } from './check-size.ts'

// Inside the repository, so that packages resolve as they do for it.
const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url))
let folder: string

beforeAll(() => {
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'check-size-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function entry(name: string, source: string): string {
  const path = join(folder, name)
  writeFileSync(path, source)
  return path
}

describe('the size and graph of the browser client', () => {
  it('holds for the packages as they are', async () => {
    expect(faults('@keybound/web', await measure('@keybound/web'), budget)).toEqual([])
    expect(faults(signInEntry, await measure(signInEntry), signInBudget)).toEqual([])
    const approvals = await measure('@keybound/web/approvals')
    expect(faults('@keybound/web/approvals', approvals, approvalsBudget)).toEqual([])
    expect(faults('@keybound/client', await measure('@keybound/client'))).toEqual([])
    expect(faults('@keybound/protocol', await measure('@keybound/protocol'))).toEqual([])
  })

  it('measures what is really there: the client is part of the web bundle', async () => {
    const { files, gzipBytes, minifiedBytes } = await measure('@keybound/web')
    expect(files.map(([file]) => file)).toContain('packages/client/src/client.ts')
    expect(gzipBytes).toBeGreaterThan(1_000)
    expect(minifiedBytes).toBeGreaterThan(gzipBytes)
  })

  it('leaves tokens, vault and approvals out of a page that does not use them', async () => {
    const { files } = await measure(signInEntry)
    expect(files.filter(([file]) => /src\/(sealing|vault|tokens|transactions)\//.test(file))).toEqual([])
  })

  it('fails one byte above the budget and not at it', async () => {
    const noise = randomBytes(19_000).toString('base64')
    const bundle = await measure(entry('large.ts', `console.log(${JSON.stringify(noise)})`))
    expect(faults('large', bundle, budget)).toEqual([
      `large takes ${bundle.gzipBytes} bytes, ${bundle.gzipBytes - budget} more than ${budget}.`,
    ])
    expect(faults('large', bundle, bundle.gzipBytes)).toEqual([])
    expect(faults('large', bundle, bundle.gzipBytes - 1)).toHaveLength(1)
  })

  it.each([
    ['node:fs', "import { readFileSync } from 'node:fs'; console.log(readFileSync)"],
    ['node:test/reporters', "import { spec } from 'node:test/reporters'; console.log(spec)"],
    ['crypto', "import { createHash } from 'crypto'; console.log(createHash)"],
    ['fs/promises', "import { open } from 'fs/promises'; console.log(open)"],
    ['zod', "import { z } from 'zod'; console.log(z)"],
    ['zod/mini', "import { z } from 'zod/mini'; console.log(z)"],
  ])('fails when the graph reaches %s, also behind another file', async (forbidden, source) => {
    entry('behind.ts', `${source}; export const behind = 1`)
    const bundle = await measure(
      entry('front.ts', "import { behind } from './behind.ts'; console.log(behind)"),
    )
    const found = faults('front', bundle)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`front reaches ${forbidden} ← `)
    expect(found[0]).toContain('behind.ts')
  })

  it('fails for a package of ours that is for servers', async () => {
    const bundle = await measure(entry('server.ts', "import '@keybound/protocol/schemas'"))
    expect(faults('server', bundle).some((fault) => fault.includes('zod'))).toBe(true)
  })
})
