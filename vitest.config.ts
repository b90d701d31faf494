import { configDefaults, defineConfig } from 'vitest/config'
import { longTests } from './scripts/long-tests.ts'

const conditions = ['keybound-source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // `npm test` runs the quick ones, `.ci/run` both, and `npx vitest run PATH` whatever lies there.
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/**/*.test.ts',
            'test/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...longTests],
        },
      },
      { extends: true, test: { name: 'long', include: [...longTests] } },
    ],
    // A test that hangs must end; a machine that is busy must not end one that works. Suites start servers and browsers
    // on two cores, beside whatever else runs there.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    reporters: ['default', './scripts/closing-line.ts'],
  },
})
