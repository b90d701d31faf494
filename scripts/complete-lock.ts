import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What this script reads and writes of an entry of package-lock.json. */
export interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly optional?: boolean
  readonly dev?: boolean
  readonly os?: string | readonly string[]
  readonly cpu?: string | readonly string[]
  readonly libc?: string | readonly string[]
  readonly optionalDependencies?: { readonly [name: string]: string }
}

export interface LockFile {
  readonly packages: { readonly [location: string]: LockedPackage }
}

/**
 * Adds the builds for other platforms that a lock file lacks.
 *
 * npm leaves an optional package out of the lock file when the registry at hand has no copy of it, as mirrors often
 * do for other platforms; npm 11's `npm ci` then refuses that lock file everywhere. Such packages are pinned exactly
 * by the package that wants them, and their names say the platform, so their entries follow from what is there.
 * Entries that exist stay as they are.
 */
export function completeLock(lock: LockFile): LockFile {
  const packages: Record<string, LockedPackage> = { ...lock.packages }
  for (const [location, parent] of Object.entries(lock.packages)) {
    if (location === '') continue
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const entry = `node_modules/${name}`
      if (packages[entry] !== undefined || packages[`${location}/${entry}`] !== undefined) continue
      const platform = platformOf(name)
      if (platform === undefined || !/^\d+\.\d+\.\d+$/.test(version)) continue
      packages[entry] = { version, ...platform, ...(parent.dev ? { dev: true } : {}), optional: true }
    }
  }
  return { ...lock, packages: Object.fromEntries(Object.entries(packages).sort(byLocation)) }
}

/** Optional packages that some entry wants and no entry has: `npm ci` refuses a lock file with any. */
export function missingFromLock(lock: LockFile): string[] {
  return Object.entries(lock.packages).flatMap(([location, parent]) =>
    Object.keys(parent.optionalDependencies ?? {}).filter(
      (name) =>
        lock.packages[`node_modules/${name}`] === undefined &&
        lock.packages[`${location}/node_modules/${name}`] === undefined,
    ),
  )
}

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

/** The platform that a name such as `@scope/binding-linux-x64-musl` is for, in the terms of a lock file. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> | undefined {
  const parts = (name.split('/').at(-1) ?? '').split('-')
  const os = systems.find((system) => parts.includes(system))
  const cpu = processors.find((processor) => parts.includes(processor))
  if (os === undefined || cpu === undefined) return undefined
  if (os !== 'linux') return { cpu: [cpu], os: [os] }
  return { cpu: [cpu], os: [os], libc: [parts.some((part) => part.startsWith('musl')) ? 'musl' : 'glibc'] }
}

function byLocation([a]: [string, LockedPackage], [b]: [string, LockedPackage]): number {
  return a.localeCompare(b, 'en')
}

if (import.meta.main) {
  const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
  const lock = JSON.parse(readFileSync(path, 'utf8')) as LockFile
  const completed = completeLock(lock)
  const added = Object.keys(completed.packages).length - Object.keys(lock.packages).length
  // Untouched when complete: its date tells scripts/setup.mjs whether to install anew.
  if (added > 0) writeFileSync(path, `${JSON.stringify(completed, null, 2)}\n`)
  console.log(`package-lock.json: ${added} entries for other platforms added`)
}
