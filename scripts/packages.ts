import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The part of a package.json that the scripts read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package of this workspace. */
export interface WorkspacePackage {
  /** Absolute path. */
  readonly folder: string
  readonly manifest: Manifest
  /** Names of the workspace packages it imports. */
  readonly needs: readonly string[]
}

/** The checkout, an absolute path. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Packages that run in browsers and on phones: nothing of Node is in reach there. */
export const portablePackages: ReadonlySet<string> = new Set([
  '@keybound/protocol',
  '@keybound/client',
  '@keybound/phone',
  '@keybound/react',
  '@keybound/react-native',
  '@keybound/web',
])

/** All packages under packages/ of a workspace (by default this checkout), each after the ones it needs. */
export function readPackages(workspace: string = root): readonly WorkspacePackage[] {
  const manifests = globSync('packages/*/package.json', { cwd: workspace })
    .sort()
    .map((path) => ({
      folder: join(workspace, dirname(path)),
      manifest: readManifest(join(workspace, path)),
    }))
  const names = new Set(manifests.map(({ manifest }) => manifest.name))
  const packages = manifests.map(({ folder, manifest }) => ({
    folder,
    manifest,
    needs: Object.keys(manifest.dependencies ?? {}).filter((name) => names.has(name)),
  }))
  return inOrder(packages)
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest
}

/** Depth first; a circle of packages is refused, because imports run one way. */
function inOrder(packages: readonly WorkspacePackage[]): readonly WorkspacePackage[] {
  const ordered: WorkspacePackage[] = []
  const visit = (one: WorkspacePackage, path: readonly string[]): void => {
    if (ordered.includes(one)) return
    const { name } = one.manifest
    if (path.includes(name)) throw new Error(`Packages need each other: ${[...path, name].join(' -> ')}`)
    for (const other of packages) if (one.needs.includes(other.manifest.name)) visit(other, [...path, name])
    ordered.push(one)
  }
  for (const one of packages) visit(one, [])
  return ordered
}
