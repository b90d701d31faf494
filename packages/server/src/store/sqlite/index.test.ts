import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { storeConformance } from '../conformance/index.ts'
import { createSqliteStore } from './index.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keybound-sqlite-'))
})

afterEach(() => rm(folder, { recursive: true }))

describe('the SQLite store', () => {
  for (const { name, run } of storeConformance) {
    test(name, () =>
      run(async (connections) =>
        Array.from({ length: connections }, () => createSqliteStore({ path: join(folder, 'keybound.db') })),
      ),
    )
  }
})
