import { defineConfig } from 'vitest/config'

const conditions = ['keybound-source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    // A test that hangs must end; a machine that is busy must not end one that works. Suites start servers and browsers
    // on two cores, beside whatever else runs there.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    reporters: ['default', './scripts/closing-line.ts'],
  },
})
