import { describe, expect, test } from 'vitest'
import { readSources, type SourceFile, target, withoutComments } from './sources.ts'

/** Which packages each may import, and which from outside the house. Imports run one way. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: ['zod'],
  attestation: ['@keybound/protocol'],
  server: ['@keybound/protocol', '@keybound/attestation', 'hono', 'zod', 'jose', '@node-rs/argon2'],
  client: ['@keybound/protocol'],
  web: ['@keybound/protocol', '@keybound/client'],
  phone: ['@keybound/protocol', '@keybound/client'],
  'react-native': ['@keybound/protocol', '@keybound/phone', 'react-native', '@expo/config-plugins'],
  'virtual-phone': [
    '@keybound/protocol',
    '@keybound/phone',
    '@keybound/attestation',
    '@noble/hashes',
    'micro-rsa-dsa-dh',
  ],
  react: ['@keybound/protocol', '@keybound/client', 'react', 'react-native'],
  cli: ['@keybound/protocol', '@keybound/attestation', '@keybound/server'],
}

/** Where Node and zod are out of reach, because it runs in browsers and on phones. */
const portable = new Set(['protocol', 'client', 'web', 'phone', 'react', 'react-native', 'virtual-phone'])
/** Parts of portable packages that only those reach who import their subpath by name. */
const ownSubpath = /^packages\/(protocol\/src\/schemas|virtual-phone\/src\/node)\//

const sources = readSources()
const inPackages = sources.filter((source) => source.package !== undefined)

describe('imports', () => {
  test('run one way between packages, and lead outside only to what each package may use', () => {
    const foreign = broken(inPackages, (source, specifier) => {
      if (specifier.startsWith('.') || specifier.startsWith('#') || specifier.startsWith('node:'))
        return false
      return !(mayImport[source.package ?? ''] ?? []).includes(packageOf(specifier))
    })
    expect(foreign).toEqual([])
  })

  test('reach no Node and no zod from what runs in browsers and on phones', () => {
    const foreign = broken(inPackages, (source, specifier) => {
      if (!portable.has(source.package ?? '') || ownSubpath.test(source.path)) return false
      return specifier.startsWith('node:') || packageOf(specifier) === 'zod' || specifier.endsWith('/schemas')
    })
    expect(foreign).toEqual([])
  })

  test('need nothing that only browsers or Node have, where phones run it', () => {
    const missing =
      /\b(crypto\.subtle|structuredClone|Buffer|process\.|document\b|window\.|localStorage|atob|btoa)\b/
    const needing = inPackages.filter(
      ({ package: name, text, path }) =>
        (name === 'phone' || name === 'client') &&
        !path.includes('/conformance/') &&
        missing.test(withoutComments(text)),
    )
    expect(needing.map(({ path }) => path)).toEqual([])
  })

  test('lead to Expo only from the config plugin, which no app runs, and to the plugin from nowhere', () => {
    const plugin = 'packages/react-native/src/plugin/'
    const straying = broken(inPackages, (source, specifier) => {
      if (source.path.startsWith(plugin)) return false
      return packageOf(specifier).startsWith('@expo/') || target(source, specifier).startsWith(plugin)
    })
    expect(straying).toEqual([])
  })

  test('lead from the virtual phone to no verifier: it writes with attestation/der', () => {
    const judging = broken(inPackages, (source, specifier) => {
      const foreign = packageOf(specifier) === '@keybound/attestation'
      return source.package === 'virtual-phone' && foreign && specifier !== '@keybound/attestation/der'
    })
    expect(judging).toEqual([])
  })

  test('stay inside their package when they are relative', () => {
    const outside = broken(inPackages, (source, specifier) => {
      return specifier.startsWith('.') && !target(source, specifier).startsWith(`packages/${source.package}/`)
    })
    expect(outside).toEqual([])
  })

  test('reach an internal/ folder only from the folder around it', () => {
    const intruders = broken(sources, (source, specifier) => {
      if (!specifier.startsWith('.')) return specifier.includes('/internal/')
      const path = target(source, specifier)
      const at = path.indexOf('/internal/')
      return at !== -1 && !source.path.startsWith(path.slice(0, at + 1))
    })
    expect(intruders).toEqual([])
  })

  test('name files with their ending', () => {
    const nameless = broken(sources, (_, specifier) => {
      return specifier.startsWith('.') && !/\.(ts|tsx|mjs|js|json|sql|html|css)$/.test(specifier)
    })
    expect(nameless).toEqual([])
  })

  test('never lead from packages to apps, tests, scripts or benchmarks', () => {
    const upward = broken(inPackages, (_, specifier) => /(^|\/)(apps|test|scripts|bench)\//.test(specifier))
    expect(upward).toEqual([])
  })
})

function broken(
  files: readonly SourceFile[],
  breaks: (source: SourceFile, specifier: string) => boolean,
): string[] {
  return files.flatMap((source) =>
    source.imports
      .filter((specifier) => breaks(source, specifier))
      .map((specifier) => `${source.path}: ${specifier}`),
  )
}

/** `@scope/name` or `name`, without the subpath. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
