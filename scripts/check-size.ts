import { builtinModules } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

/**
 * Most bytes of the browser client, minified and compressed with gzip -9. A kilobyte has 1000 bytes here. All of it is
 * to come down to 12,000: until then this only keeps it from growing.
 */
export const budget = 18_620
/** Most bytes of a page that signs in, without tokens and vault. To come down to 8,000. */
export const signInBudget = 8_790
/** Most bytes of what a page loads when it first shows a transaction, with what it has of the client already. */
export const approvalsBudget = 8_500
/** Such a page. */
export const signInEntry = './scripts/size-of-sign-in.ts'

/** One bundle: how large it is, and what it reaches that it must not. */
export interface Bundle {
  readonly gzipBytes: number
  readonly minifiedBytes: number
  /** Minified bytes each source file takes, largest first. */
  readonly files: readonly (readonly [file: string, bytes: number])[]
  /** Each as `what it imports ← the file that does`. */
  readonly forbidden: readonly string[]
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Bundles an entry (a file, or a package by its name) for browsers, as an app's bundler does. */
export async function measure(entry: string): Promise<Bundle> {
  const forbidden: string[] = []
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    charset: 'utf8',
    conditions: ['keybound-source'],
    logLevel: 'silent',
    plugins: [watch(forbidden)],
  })
  const [file] = result.outputFiles
  const [output] = Object.values(result.metafile.outputs)
  if (!file || !output) throw new Error(`Unexpected bundle of ${entry}: no output. Check the entry.`)
  const files = Object.entries(output.inputs)
    .map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const)
    .sort(([, a], [, b]) => b - a)
  return {
    gzipBytes: gzipSync(file.contents, { level: 9 }).length,
    minifiedBytes: file.contents.length,
    files,
    forbidden,
  }
}

/** Notes every import of Node or zod, and leaves it out so that the bundle is still made. */
function watch(forbidden: string[]): Plugin {
  const names = [...builtinModules, 'zod'].map((name) => name.replace('/', '\\/'))
  const filter = new RegExp(`^(node:.*|(${names.join('|')})(\\/.*)?)$`)
  return {
    name: 'no Node, no zod',
    setup(esbuild) {
      esbuild.onResolve({ filter }, ({ path, importer }) => {
        forbidden.push(`${path} ← ${relative(root, importer)}`)
        return { path, external: true }
      })
    },
  }
}

/** What is wrong with a bundle, as sentences; none when all is well. */
export function faults(
  entry: string,
  { gzipBytes, forbidden }: Bundle,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const found = forbidden.map((what) => `${entry} reaches ${what}, which no browser has.`)
  if (gzipBytes > most)
    found.push(`${entry} takes ${gzipBytes} bytes, ${gzipBytes - most} more than ${most}.`)
  return found
}

async function main(): Promise<void> {
  const found: string[] = []
  for (const [entry, most] of [
    ['@keybound/web', budget],
    [signInEntry, signInBudget],
    ['@keybound/web/approvals', approvalsBudget],
    ['@keybound/phone', undefined],
    ['@keybound/client', undefined],
    ['@keybound/protocol', undefined],
  ] as const) {
    const bundle = await measure(entry)
    const limit = most ? ` of ${most}` : ''
    console.log(`${entry}: ${bundle.gzipBytes}${limit} bytes gzip, ${bundle.minifiedBytes} minified`)
    if (process.argv.includes('--files'))
      for (const [file, bytes] of bundle.files) console.log(`  ${bytes}  ${file}`)
    found.push(...faults(entry, bundle, most))
  }
  for (const fault of found) console.error(fault)
  process.exitCode = found.length > 0 ? 1 : 0
}

if (import.meta.main) await main()
