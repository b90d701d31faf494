import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { portablePackages, readPackages, root, type WorkspacePackage } from './packages.ts'

/**
 * Builds every package of a workspace (by default this checkout) into its dist folder, each against the built declarations of the ones before it: without
 * the condition `keybound-source`, as whoever installs the packages sees them.
 *
 * Throws with the compiler's words when a package does not compile.
 */
export function buildPackages(workspace: string = root): void {
  for (const one of readPackages(workspace)) build(one)
}

function build({ folder, manifest }: WorkspacePackage): void {
  rmSync(join(folder, 'dist'), { recursive: true, force: true })
  // In the package's own folder: only there does the compiler lead the package's `imports` back to its sources.
  const config = join(folder, 'tsconfig.build.json')
  writeFileSync(config, JSON.stringify(compilerConfig(folder, manifest.name)))
  const tsc = spawnSync('tsc', ['--project', config], { cwd: root, encoding: 'utf8' })
  rmSync(config)
  if (tsc.status !== 0) {
    throw new Error(`${manifest.name} does not compile:\n${tsc.stdout}${tsc.stderr}${tsc.error ?? ''}`)
  }
  // Numbered SQL and the like, which the code reads from beside itself.
  for (const asset of globSync('src/**/*', { cwd: folder, withFileTypes: true })) {
    if (!asset.isFile() || asset.name.endsWith('.ts') || asset.name.endsWith('.tsx')) continue
    const path = join(asset.parentPath, asset.name)
    cpSync(path, path.replace(join(folder, 'src'), join(folder, 'dist')))
  }
}

function compilerConfig(folder: string, name: string): unknown {
  return {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      rootDir: join(folder, 'src'),
      outDir: join(folder, 'dist'),
      declaration: true,
      declarationMap: true,
      sourceMap: true,
      // Where Node is out of reach its types are too, so that a slip does not compile.
      types: portablePackages.has(name) ? [] : ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [join(folder, 'src')],
    exclude: ['**/*.test.ts', '**/*.test.tsx'].map((pattern) => join(folder, 'src', pattern)),
  }
}

if (import.meta.main) {
  const started = performance.now()
  buildPackages()
  console.log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
}
