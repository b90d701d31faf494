import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The processes of the apps, each packed into one file, as apps are packed for phones. */
export interface PackedApps {
  /** The file to start, by the kind of app. */
  readonly files: { readonly naive: string; readonly keybound: string }
  readonly remove: () => void
}

/** Packs them. A process that loads its hundreds of modules by itself starts ten times as slowly. */
export async function packApps(): Promise<PackedApps> {
  const folder = mkdtempSync(join(tmpdir(), 'keybound-lab-apps-'))
  const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  await build({
    entryPoints: { naive: source('../naive/process.ts'), keybound: source('../keybound/process.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    conditions: ['keybound-source'],
    logLevel: 'warning',
  })
  return {
    files: { naive: join(folder, 'naive.mjs'), keybound: join(folder, 'keybound.mjs') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
