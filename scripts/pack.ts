import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPackages } from './build.ts'
import { readPackages, root } from './packages.ts'

/** A package as it is published. */
export interface PackedPackage {
  readonly name: string
  /** Absolute path of the .tgz. */
  readonly tarball: string
  /** Paths inside the package. */
  readonly files: readonly string[]
}

/**
 * Builds and packs every package into a folder. Works on a copy, so the checkout stays as it is, whatever else runs
 * in it.
 */
export function packPackages(folder: string): readonly PackedPackage[] {
  mkdirSync(folder, { recursive: true })
  const stage = mkdtempSync(join(tmpdir(), 'keybound-pack-'))
  try {
    stageWorkspace(stage)
    buildPackages(stage)
    return readPackages(stage).map((one) => pack(one.folder, folder))
  } finally {
    rmSync(stage, { recursive: true })
  }
}

/** Copies the packages, each with the licence, beside links to the installed dependencies and to each other. */
function stageWorkspace(stage: string): void {
  for (const { folder } of readPackages()) {
    const copy = folder.replace(root, stage)
    cpSync(folder, copy, { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) })
    cpSync(join(root, 'LICENSE'), join(copy, 'LICENSE'))
  }
  const modules = join(stage, 'node_modules')
  mkdirSync(join(modules, '@keybound'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@keybound' && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const { folder, manifest } of readPackages(stage)) symlinkSync(folder, join(modules, manifest.name))
}

function pack(from: string, to: string): PackedPackage {
  const npm = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', to], {
    cwd: from,
    encoding: 'utf8',
  })
  if (npm.status !== 0) throw new Error(`npm pack failed in ${from}:\n${npm.stderr}`)
  const [report] = packReports(JSON.parse(npm.stdout))
  if (report === undefined) throw new Error(`npm pack reported nothing for ${from}:\n${npm.stdout}`)
  return {
    name: report.name,
    tarball: join(to, report.filename),
    files: report.files.map((file) => file.path),
  }
}

interface PackReport {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** npm 10 prints a list of packages, npm 11 an object by name. */
function packReports(
  printed: readonly PackReport[] | Readonly<Record<string, PackReport>>,
): readonly PackReport[] {
  return Array.isArray(printed) ? printed : Object.values(printed)
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true })
  const folder = resolve(positionals[0] ?? 'tarballs')
  for (const { tarball, files } of packPackages(folder)) console.log(`${tarball}  (${files.length} files)`)
}
