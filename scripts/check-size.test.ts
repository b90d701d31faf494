import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { budgets, faults, measure, signInPage, wholePage } from './check-size.ts'

// Inside the repository, so that packages resolve as they do for it.
const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules/.cache')
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
    for (const [page, budget] of Object.entries(budgets))
      expect(faults(page, await measure(page), budget)).toEqual([])
    expect(faults('@keybound/client', await measure('@keybound/client'))).toEqual([])
    expect(faults('@keybound/protocol', await measure('@keybound/protocol'))).toEqual([])
  })

  it('is told in the README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ')
    const [signIn, whole] = [signInPage, wholePage].map((page) => budgets[page]?.most.toLocaleString('en'))
    expect(readme).toContain(`a page that signs in loads at most ${signIn} bytes`)
    expect(readme).toContain(`one with tokens, vault and \`fetch\` at most ${whole};`)
  })

  it('measures what is really there: the client is part of a page, approvals come when they are needed', async () => {
    const { files, parts, gzipBytes, minifiedBytes } = await measure(wholePage)
    expect(files.map(([file]) => file)).toContain('packages/client/src/client.ts')
    expect(gzipBytes).toBeGreaterThan(1_000)
    expect(parts.map(([file]) => file)).toContain('packages/web/src/approvals/index.ts')
    expect(Math.min(...parts.map(([, bytes]) => bytes))).toBeGreaterThan(100)
    expect(minifiedBytes).toBeGreaterThan(gzipBytes)
  })

  it('leaves tokens, vault and approvals out of a page that does not use them', async () => {
    const { files } = await measure(signInPage)
    expect(files.filter(([file]) => /src\/(sealing|vault|tokens|transactions)\//.test(file))).toEqual([])
  })

  it('fails one byte above the budget and not at it', async () => {
    const noise = () => JSON.stringify(randomBytes(9_000).toString('base64'))
    const part = entry('part.ts', `export const part = ${noise()}`)
    const source = `console.log(${noise()}, await import('./part.ts'))`
    const bundle = await measure(entry('large.ts', source))
    const file = relative(root, part)
    const budget = { most: bundle.gzipBytes, parts: { [file]: bundle.parts[0]?.[1] ?? 0 } }
    expect(bundle.gzipBytes).toBeGreaterThan(6_000)
    expect(budget.parts[file]).toBeGreaterThan(6_000)
    expect(faults('large', bundle, budget)).toEqual([])
    expect(faults('large', bundle, { ...budget, most: budget.most - 1 })).toEqual([
      `large takes ${bundle.gzipBytes} bytes, 1 more than ${bundle.gzipBytes - 1}.`,
    ])
    const tighter = { ...budget, parts: { [file]: (budget.parts[file] ?? 0) - 1 } }
    expect(faults('large', bundle, tighter)).toHaveLength(1)
    expect(faults('large', bundle, { ...budget, parts: {} })).toHaveLength(1)
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
