import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/packages.ts'

const folder = join(root, 'apps/bank')

test('a link opens the bank and tells it nothing: no code of the app reads what a link says', () => {
  const sources = globSync(['app/**/*.{ts,tsx}', 'device-runner/**/*.{ts,tsx}'], { cwd: folder })
  expect(sources.length).toBeGreaterThan(20)
  const readers = sources.filter((path) =>
    /\bLinking\b|expo-linking|expo-router|getInitialURL|location\.(hash|pathname|href|search)/.test(
      readFileSync(join(folder, path), 'utf8'),
    ),
  )
  // `?phone=` of the demo's phone page, which puts a virtual phone under the browser's build.
  expect(readers).toEqual(['app/client.ts'])
  const client = readFileSync(join(folder, 'app/client.ts'), 'utf8')
  expect(client.match(/location\.\w+/g)).toEqual(['location.search', 'location.origin'])
})

test('no code comes over the air: updates are not there, or signed', () => {
  const { expo } = JSON.parse(readFileSync(join(folder, 'app.json'), 'utf8')) as {
    expo: { updates?: { url?: string; codeSigningCertificate?: string } }
  }
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>
  }
  const updates = expo.updates?.url !== undefined || 'expo-updates' in dependencies
  expect(updates && expo.updates?.codeSigningCertificate === undefined).toBe(false)
})
