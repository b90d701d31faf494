import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build, type Plugin } from 'esbuild'
import { root } from '../../../scripts/packages.ts'

/** The compiler of React Native's own modules, which its code generator brings. */
const compiler = '@babel/core'
const babel: {
  transformSync(code: string, options: object): { readonly code: string }
} = createRequire(join(root, 'node_modules/react-native/package.json'))(compiler)

/** What V8 has and the Hermes of React Native 0.86 (250829098) has not. */
const unknownToHermes = `
  delete Promise.withResolvers; delete Promise.try; delete Array.fromAsync; delete Object.groupBy; delete Map.groupBy
  delete Uint8Array.fromBase64; delete Uint8Array.prototype.toBase64; delete Uint8Array.prototype.toHex
  delete globalThis.Iterator; delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer`

/** Takes the types out of React Native's own modules, and stands in for what lies below them in an app. */
const reactNative: Plugin = {
  name: 'react-native',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /Native(Blob|FileReader)Module$/ }, () => ({ path: 'none', namespace: 'none' }))
    onLoad({ filter: /./, namespace: 'none' }, () => ({ contents: 'export default null' }))
    onLoad({ filter: /react-native\/Libraries\/.*\.js$/ }, ({ path }) => ({
      contents: babel.transformSync(readFileSync(path, 'utf8'), {
        babelrc: false,
        configFile: false,
        plugins: ['@babel/plugin-transform-flow-strip-types'],
        filename: path,
      }).code,
    }))
  },
}

async function bundle(contents: string, plugins: Plugin[]): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'bundled',
    conditions: ['keybound-source', 'react-native'],
    // As Metro, which leaves nothing out.
    treeShaking: false,
    ignoreAnnotations: true,
    plugins,
  })
  return result.outputFiles[0]?.text ?? ''
}

/** React Native's own classes of the web, as its setUpXHR makes them global. */
const globals = `
  import { URL, URLSearchParams } from 'react-native/Libraries/Blob/URL'
  import { AbortController, AbortSignal } from 'abort-controller/dist/abort-controller'
  Object.assign(globalThis, { URL, URLSearchParams, AbortController, AbortSignal })
  require('whatwg-fetch')`

/**
 * Loads modules in a world that has what an app of React Native has, and nothing of Node or of browsers besides: the
 * engine's language and TextEncoder, React Native's URL, fetch and AbortController. `modules` stand in for packages.
 * Answers what the code exports.
 */
export async function loadInHermes<T>(code: string, modules: Readonly<Record<string, unknown>>): Promise<T> {
  const stand: Plugin = {
    name: 'modules',
    setup({ onLoad, onResolve }) {
      const filter = new RegExp(`^(${Object.keys(modules).join('|')})$`)
      onResolve({ filter }, ({ path }) => ({ path, namespace: 'given' }))
      onLoad({ filter: /./, namespace: 'given' }, ({ path }) => ({
        contents: `module.exports = globalThis.given[${JSON.stringify(path)}]`,
      }))
    },
  }
  const world = createContext({
    console,
    setTimeout,
    clearTimeout,
    performance: { now: () => performance.now() },
    TextEncoder,
    Blob,
    FileReader: BlobReader,
    given: modules,
  })
  const run = (script: string) => runInContext(script, world) as unknown
  run(`globalThis.global = globalThis.self = globalThis;${unknownToHermes}`)
  run(await bundle(globals, [reactNative]))
  run(await bundle(code, [stand]))
  return run('bundled') as T
}

/** FileReader as far as fetch of React Native uses it. */
class BlobReader {
  result: ArrayBuffer | string | null = null
  onload: (() => void) | undefined
  readAsArrayBuffer(blob: Blob): void {
    void blob.arrayBuffer().then((bytes) => {
      this.result = bytes
      this.onload?.()
    })
  }
  readAsText(blob: Blob): void {
    void blob.text().then((text) => {
      this.result = text
      this.onload?.()
    })
  }
}
