import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from '../../scripts/packages.ts'

/** A file of the house that is written by hand, and what it imports. */
export interface SourceFile {
  /** From the root of the checkout. */
  readonly path: string
  /** `protocol`, `server`, …; undefined outside packages/. */
  readonly package: string | undefined
  readonly text: string
  readonly imports: readonly string[]
}

/** Every TypeScript file that is no test, under packages, apps, scripts and bench. */
export function readSources(): readonly SourceFile[] {
  return globSync('{packages,apps,scripts,bench}/**/*.{ts,tsx,mjs}', {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|\.keybound)(\/|$)|\.test\.tsx?$/.test(path),
  })
    .sort()
    .map(readSource)
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  const [folder, name] = path.split('/')
  return { path, package: folder === 'packages' ? name : undefined, text, imports: importsOf(text) }
}

/** What a file imports, as it writes it, in order. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const found = code.matchAll(/(?:^|[\s;}])(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)
  return [...found].flatMap((match) => match[2] ?? [])
}

/** The file that a relative import of a source leads to, from the root of the checkout. */
export function target(source: SourceFile, specifier: string): string {
  return relative(root, join(root, dirname(source.path), specifier))
}

/** The code alone, as far as lines of comments go. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}
