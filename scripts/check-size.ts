import { builtinModules } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type OutputChunk, type Plugin, rolldown } from 'rolldown'

/** Most bytes of something, minified and compressed with gzip -9. A kilobyte has 1000 bytes here. */
export interface Budget {
  /** Of what a page loads at once. */
  readonly most: number
  /** Of each part that is loaded when it is first needed, by its source file. */
  readonly parts: Readonly<Record<string, number>>
}

/** What a page that signs in loads of the client, without tokens and vault. */
export const signInPage = './scripts/pages/sign-in.ts'
/** What a page with tokens, vault and approvals loads. */
export const wholePage = './scripts/pages/whole.ts'

const client = 'packages/client/src'
const web = 'packages/web/src'

/** What two parts share counts in both. All of the whole page is to come down to 12,000. */
export const budgets: Readonly<Record<string, Budget>> = {
  [signInPage]: {
    most: 6_740,
    parts: {
      [`${client}/registration/registration.ts`]: 1_260,
      [`${web}/webauthn/fallback.ts`]: 520,
    },
  },
  [wholePage]: {
    most: 16_020,
    parts: {
      [`${client}/registration/registration.ts`]: 1_260,
      // Took over the conversions of registering, which had a part of their own, as recovery took over what finds and
      // deletes the vaults of earlier keys, which every page carried.
      [`${web}/webauthn/fallback.ts`]: 410,
      [`${web}/sealing/new-vault.ts`]: 810,
      [`${web}/approvals/index.ts`]: 6_770,
      [`${client}/recovery/recovery.ts`]: 1_620,
    },
  },
}

/** One bundle: how large it is, and what it reaches that it must not. */
export interface Bundle {
  readonly gzipBytes: number
  readonly minifiedBytes: number
  /** The source files whose code is in it, those with most first; bytes before minifying. */
  readonly files: readonly (readonly [file: string, bytes: number])[]
  /** What each part adds that is loaded when it is first needed: compressed bytes by source file. */
  readonly parts: readonly (readonly [file: string, gzipBytes: number])[]
  /** Each as `what it imports ← the file that does`. */
  readonly forbidden: readonly string[]
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Bundles an entry (a file, or a package by its name) for browsers, as Vite does for an app. */
export async function measure(entry: string): Promise<Bundle> {
  const forbidden: string[] = []
  const build = await rolldown({
    input: entry,
    cwd: root,
    platform: 'browser',
    resolve: { conditionNames: ['keybound-source', 'import', 'default'] },
    plugins: [watch(forbidden)],
    logLevel: 'silent',
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  const chunks = output.filter((file) => file.type === 'chunk')
  const main = chunks.find(({ isEntry }) => isEntry)
  if (!main) throw new Error(`Unexpected bundle of ${entry}: no output. Check the entry.`)
  const atOnce = withImports(main, chunks)
  const parts = chunks
    .filter(({ isDynamicEntry }) => isDynamicEntry)
    .map((part) => {
      const added = withImports(part, chunks).filter((chunk) => !atOnce.includes(chunk))
      return [relative(root, part.facadeModuleId ?? part.fileName), gzipBytesOf(added)] as const
    })
  return {
    gzipBytes: gzipBytesOf(atOnce),
    minifiedBytes: atOnce.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0),
    files: filesOf(atOnce),
    parts,
    forbidden,
  }
}

/** A chunk and all that it loads with it. */
function withImports(chunk: OutputChunk, all: readonly OutputChunk[]): readonly OutputChunk[] {
  const found = new Set([chunk])
  for (const { imports } of found) {
    for (const imported of all) if (imports.includes(imported.fileName)) found.add(imported)
  }
  return [...found]
}

function gzipBytesOf(chunks: readonly OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)
}

function filesOf(chunks: readonly OutputChunk[]): Bundle['files'] {
  return chunks
    .flatMap(({ modules }) => Object.entries(modules))
    .map(([file, { renderedLength }]) => [relative(root, file), renderedLength] as const)
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
}

/** Notes every import of Node or zod, and leaves it out so that the bundle is still made. */
function watch(forbidden: string[]): Plugin {
  const names = [...builtinModules, 'zod'].map((name) => name.replace('/', '\\/'))
  return {
    name: 'no Node, no zod',
    resolveId: {
      filter: { id: new RegExp(`^(node:.*|(${names.join('|')})(\\/.*)?)$`) },
      handler(id, importer) {
        forbidden.push(`${id} ← ${relative(root, importer ?? '')}`)
        return { id, external: true }
      },
    },
  }
}

/** What is wrong with a bundle, as sentences; none when all is well. */
export function faults(entry: string, bundle: Bundle, budget?: Budget): string[] {
  const found = bundle.forbidden.map((what) => `${entry} reaches ${what}, which no browser has.`)
  if (!budget) return found
  const over = (what: string, bytes: number, most: number) => {
    if (bytes > most) found.push(`${what} takes ${bytes} bytes, ${bytes - most} more than ${most}.`)
  }
  over(entry, bundle.gzipBytes, budget.most)
  for (const [file, bytes] of bundle.parts) over(`${file} in ${entry}`, bytes, budget.parts[file] ?? 0)
  return found
}

async function main(): Promise<void> {
  const found: string[] = []
  for (const entry of [
    ...Object.keys(budgets),
    '@keybound/phone',
    '@keybound/client',
    '@keybound/protocol',
  ]) {
    const bundle = await measure(entry)
    const budget = budgets[entry]
    const of = (most: number | undefined) => (most === undefined ? '' : ` of ${most}`)
    console.log(
      `${entry}: ${bundle.gzipBytes}${of(budget?.most)} bytes gzip, ${bundle.minifiedBytes} minified`,
    )
    for (const [file, bytes] of bundle.parts)
      console.log(`  when it is needed: ${bytes}${of(budget?.parts[file])} bytes gzip, ${file}`)
    if (process.argv.includes('--files'))
      for (const [file, bytes] of bundle.files) console.log(`  ${bytes}  ${file}`)
    found.push(...faults(entry, bundle, budget))
  }
  for (const fault of found) console.error(fault)
  process.exitCode = found.length > 0 ? 1 : 0
}

if (import.meta.main) await main()
