import { describe, test } from 'vitest'
import { storeConformance } from '../conformance/index.ts'
import { createMemoryStore } from './index.ts'

describe('the memory store', () => {
  for (const { name, run } of storeConformance) {
    test(name, () =>
      run(async (connections) => {
        const store = createMemoryStore()
        return Array.from({ length: connections }, () => store)
      }),
    )
  }
})
