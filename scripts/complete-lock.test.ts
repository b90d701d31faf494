import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { completeLock, type LockFile, missingFromLock } from './complete-lock.ts'

const own = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as LockFile

describe('completeLock', () => {
  const lock: LockFile = {
    packages: {
      '': {},
      'node_modules/tool': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: {
          '@tool/cli-darwin-arm64': '2.0.0',
          '@tool/cli-linux-x64-musl': '2.0.0',
          '@tool/cli-linux-x64': '2.0.0',
          '@tool/plugin': '2.0.0',
          '@tool/cli-win32-x64': '^2.0.0',
        },
      },
      'node_modules/@tool/cli-linux-x64': { version: '2.0.0', resolved: 'kept as it is', optional: true },
    },
  }
  const completed = completeLock(lock).packages

  test('adds the builds for other platforms, pinned, optional and limited to their platform', () => {
    expect(completed['node_modules/@tool/cli-darwin-arm64']).toEqual({
      version: '2.0.0',
      cpu: ['arm64'],
      os: ['darwin'],
      dev: true,
      optional: true,
    })
    expect(completed['node_modules/@tool/cli-linux-x64-musl']).toMatchObject({
      os: ['linux'],
      libc: ['musl'],
    })
  })

  test('leaves existing entries alone', () => {
    expect(completed['node_modules/@tool/cli-linux-x64']).toEqual(
      lock.packages['node_modules/@tool/cli-linux-x64'],
    )
  })

  test('does not guess: no platform in the name, or no exact version, gives no entry', () => {
    expect(Object.keys(completed)).toHaveLength(5)
    expect(missingFromLock({ packages: completed })).toEqual(['@tool/plugin', '@tool/cli-win32-x64'])
  })
})

describe('package-lock.json', () => {
  test('is complete, so that `npm ci` accepts it on every platform (npm run lock completes it)', () => {
    expect(missingFromLock(own)).toEqual([])
  })

  test('names no registry, so that each machine uses the one it is set up for', () => {
    const addresses = Object.values(own.packages).map((entry) => entry.resolved ?? '')
    expect(addresses.filter((address) => address.includes('://'))).toEqual([])
  })
})
