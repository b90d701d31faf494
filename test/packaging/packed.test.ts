import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PackedPackage, packPackages } from '../../scripts/pack.ts'
import { readPackages, root } from '../../scripts/packages.ts'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { sample } from '../support/sample.ts'
import { makeEvidence } from './evidence.ts'
import { install } from './install.ts'

/** Node versions that the packages are imported under; the empty one is the Node that runs the tests. */
const nodeVersions = sample({
  small: [''],
  large: ['', '22.13.0', '26.10.0'],
  full: ['', '22.13.0', '26.10.0'],
})

const packages = readPackages()
/** What Node can load: sources of React Native itself are written for Metro. */
const loadable = packages.filter(({ manifest }) => manifest.name !== '@keybound/react-native')
const subpathsOf = (of: typeof packages) =>
  of.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((subpath) => !['./package.json', './app.plugin.js'].includes(subpath))
      .map((subpath) => manifest.name + subpath.slice(1)),
  )
const subpaths = subpathsOf(loadable).filter((subpath) => !subpath.endsWith('/native'))
/** What is of no use outside of browsers: its types name theirs. */
const ofBrowsers = (subpath: string) => /^@keybound\/(web|react\/dom)\b/.test(subpath)

/** An empty folder outside the checkout into which the tarballs are installed, as an app would install them. */
const app = mkdtempSync(join(tmpdir(), 'keybound-app-'))
let packed: readonly PackedPackage[] = []

beforeAll(() => {
  packed = packPackages(join(app, 'tarballs'))
  install(app, [...packed.map(({ tarball }) => tarball), '@types/react@19.2.9'])
}, 600_000)

afterAll(() => rmSync(app, { recursive: true, force: true }))

describe('packed packages', () => {
  test('are all there, and hold built files, sources, licence and readme but no tests', () => {
    expect(packed.map(({ name }) => name).sort()).toEqual(
      packages.map(({ manifest }) => manifest.name).sort(),
    )
    for (const { name, files } of packed) {
      expect(files, name).toEqual(
        expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js']),
      )
      expect(files.filter((file) => /\.test\.|\.tgz$|tsconfig|node_modules/.test(file))).toEqual([])
    }
  })

  test.each(packages.map(({ manifest }) => manifest.name))('%s passes publint, strictly', async (name) => {
    const { messages, pkg } = await publint({
      pkgDir: join(app, 'node_modules', name),
      strict: true,
      pack: false,
    })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test.each(nodeVersions)('every subpath imports and gives what it exports (Node %s)', (version) => {
    const node = version === '' ? process.execPath : installNode(version)
    const script = `
      const names = {}
      for (const path of ${JSON.stringify(subpaths)}) names[path] = Object.keys(await import(path))
      console.log(JSON.stringify(names))`
    const printed = execFileSync(node, ['--input-type=module', '--eval', script], {
      cwd: app,
      encoding: 'utf8',
    })
    const names = JSON.parse(printed) as Record<string, readonly string[]>
    expect(Object.keys(names)).toEqual(subpaths)
    expect(names['@keybound/protocol']).toContain('KeyboundError')
    expect(names['@keybound/attestation']).toContain('verifyAuthentication')
    expect(names['@keybound/server']).toContain('createKeyboundServer')
    // All that apps of browsers import, and nothing of how it is made.
    expect(names['@keybound/web']?.toSorted()).toEqual([
      'KeyboundError',
      'createKeyboundClient',
      'tokenSessions',
      'webPlatform',
      'webTokens',
    ])
  })

  test('the command runs', () => {
    const command = join(app, 'node_modules/.bin/keybound')
    const help = execFileSync(command, ['--help'], { cwd: app, encoding: 'utf8' })
    for (const name of ['inspect', 'verify-receipt']) expect(help).toContain(name)
  })

  test.each(['@keybound/attestation', '@keybound/protocol', '@keybound/web'])(
    '%s bundles for browsers: nothing of Node is in its graph',
    async (name) => {
      const bundle = await build({
        stdin: { contents: `export * from '${name}'`, resolveDir: app },
        bundle: true,
        format: 'esm',
        platform: 'browser',
        metafile: true,
        write: false,
      })
      const imported = Object.values(bundle.metafile.inputs).flatMap((input) =>
        input.imports.map((one) => one.path),
      )
      expect(imported.length).toBeGreaterThan(0)
      expect(imported.filter((path) => path.startsWith('node:') || path.includes('/crypto/node/'))).toEqual(
        [],
      )
    },
  )

  test.each(['nodenext', 'bundler'])('their types hold in an app, checked with theirs (%s)', (resolution) => {
    const project = join(app, resolution)
    mkdirSync(project)
    cpSync(join(import.meta.dirname, 'consumer.ts'), join(project, 'consumer.ts'))
    const all = subpathsOf(packages)
    expect(typesOf(project, strictConfig(resolution), all)).toBe('')
    const { compilerOptions } = strictConfig(resolution)
    const onServers = { compilerOptions: { ...compilerOptions, lib: ['es2024'] } }
    const served = all.filter((subpath) => !ofBrowsers(subpath))
    expect(served.length).toBeGreaterThan(25)
    expect(typesOf(project, onServers, served)).toBe('')
  })

  /** What the compiler says of an app that imports these. */
  function typesOf(project: string, config: object, imported: readonly string[]): string {
    const lines = imported.map((from, at) => `import * as part${at} from '${from}'\nvoid part${at}`)
    writeFileSync(join(project, 'all.ts'), `${lines.join('\n')}\n`)
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ ...config, files: ['all.ts', 'consumer.ts'] }),
    )
    const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], {
      cwd: app,
      encoding: 'utf8',
    })
    return tsc.status === 0 ? tsc.stdout + tsc.stderr : `${tsc.stdout}${tsc.stderr} ended with ${tsc.status}`
  }
})

describe('@keybound/attestation installed alone', () => {
  const folder = join(app, 'alone')
  const evidence = makeEvidence()
  const verdicts = {
    chain: expect.stringMatching(/^accepted by \d\d rules$/),
    chainUnderGoogle: 'attestation_untrusted',
    swapped: 'key_description_misplaced',
    object: expect.stringMatching(/^accepted by \d\d rules$/),
    objectForAnother: 'app_identity_mismatch',
    assertion: 'accepted by 0 rules',
    assertionElsewhere: 'origin_mismatch',
    inspected: 'Android key attestation',
  }

  beforeAll(() => {
    const names = ['@keybound/protocol', '@keybound/attestation']
    install(
      folder,
      packed.filter(({ name }) => names.includes(name)).map(({ tarball }) => tarball),
    )
    cpSync(join(import.meta.dirname, 'alone.mjs'), join(folder, 'alone.mjs'))
  }, 600_000)

  test('brings nothing but the protocol', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      '@keybound',
    ])
    expect(readdirSync(join(folder, 'node_modules/@keybound')).sort()).toEqual(['attestation', 'protocol'])
  })

  test.each(nodeVersions)('judges evidence in Node %s', (version) => {
    const node = version === '' ? process.execPath : installNode(version)
    const script = `import { judge } from './alone.mjs'
      console.log(JSON.stringify(await judge(${JSON.stringify(evidence)})))`
    const printed = execFileSync(node, ['--input-type=module', '--eval', script], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(JSON.parse(printed)).toEqual(verdicts)
  })

  test.skipIf(chromiumPath === undefined)('judges evidence in Chromium', async () => {
    const bundle = await build({
      stdin: {
        contents: `import { judge } from './alone.mjs'\nglobalThis.judge = judge`,
        resolveDir: folder,
      },
      bundle: true,
      format: 'iife',
      platform: 'browser',
      write: false,
    })
    const server = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    )
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      // WebCrypto is there in secure contexts only: loopback is one.
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' })
      const judged = await page.evaluate(
        (input) => (globalThis as unknown as { judge: (evidence: unknown) => Promise<unknown> }).judge(input),
        evidence,
      )
      expect(judged).toEqual(verdicts)
    } finally {
      await browser.close()
      server.close()
    }
  })
})

describe('the virtual phone in the test runners of apps', () => {
  const folder = join(app, 'runners')
  const tenLines = readFileSync(join(root, 'test/virtual-phone/ten-lines.test.ts'), 'utf8')

  beforeAll(() => {
    const names = ['protocol', 'attestation', 'client', 'phone', 'virtual-phone', 'react-native']
    install(folder, [
      ...packed
        .filter(({ name }) => names.includes(name.replace('@keybound/', '')))
        .map((one) => one.tarball),
      'jest@30.5.2',
      '@babel/preset-typescript@7.29.7',
      '@babel/plugin-transform-modules-commonjs@7.29.14',
      '@playwright/test@1.65.1',
    ])
    cpSync(join(import.meta.dirname, 'runners'), folder, { recursive: true })
  }, 600_000)

  test.each([
    ['Jest', '@jest/globals', 'ten-lines.jest.ts', ['jest/bin/jest.js', 'ten-lines']],
    ['Playwright', '@playwright/test', 'ten-lines.playwright.ts', ['@playwright/test/cli.js', 'test']],
  ] as const)('runs the ten lines of the documentation in %s', (_, from, file, command) => {
    writeFileSync(join(folder, file), tenLines.replace("'vitest'", `'${from}'`))
    expect(run(command)).toMatch(/\b1 passed/)
  })

  test('stands in for the React Native package in Jest', () => {
    expect(run(['jest/bin/jest.js', 'mock'])).toMatch(/\b1 passed/)
  })

  /** What a runner printed; it fails where a test does. */
  function run([script, ...args]: readonly [string, ...string[]]): string {
    const path = join(folder, 'node_modules', script)
    const runner = spawnSync(process.execPath, [path, ...args], { cwd: folder, encoding: 'utf8' })
    const printed = runner.stdout + runner.stderr
    expect(runner.status, printed).toBe(0)
    return printed
  }
})

/** Everything strict, and the declaration files of the packages checked too. */
function strictConfig(resolution: string) {
  return {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'dom', 'dom.iterable'],
      module: resolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution: resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
  }
}

function installNode(version: string): string {
  const name = `node-${process.platform}-${process.arch}`
  const folder = join(app, `node-${version}`)
  install(folder, [`${name}@${version}`])
  return join(folder, 'node_modules', name, 'bin/node')
}
