import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { canInstallFromDebian } from '../apt-get.mjs'

/** Of Debian 13, whose compiler is the only one that a package manager has; unpacked into a folder, installed nowhere. */
const packages = 'swiftlang libc6-dev libstdc++-14-dev libssl-dev base-files bash dash coreutils'.split(' ')
const release = 'trixie'
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'keybound')
const home = join(cache, 'swift')
const root = join(home, 'root')
const ready = join(root, '.keybound-ready')

/** What starts a program inside the folder of the toolchain, with `work` at its own path. */
export function inToolchain(work: string, command: readonly string[]): readonly [string, ...string[]] {
  const script = [
    'set -e',
    `mount --rbind /proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    `mkdir -p ${root}${work}`,
    `mount --bind ${work} ${root}${work}`,
    `exec chroot ${root} /usr/bin/env -i PATH=/usr/libexec/swift/bin:/usr/bin:/bin HOME=${work} sh -c 'cd "$0" && exec "$@"' "$0" "$@"`,
  ].join('\n')
  return ['unshare', '--mount', 'sh', '-c', script, work, ...command]
}

/** Why there can be no toolchain here, in a sentence; undefined where there can. */
export function missingForToolchain(): string | undefined {
  if (existsSync(ready) || canInstallFromDebian()) return undefined
  return 'test:ios needs Swift, which it unpacks out of Debian packages: run it on Debian as root.'
}

/** Unpacks the toolchain, once. Throws what apt-get said when that failed. */
export function installToolchain(): void {
  if (existsSync(ready)) return
  console.log('keybound: Unpacking Swift into the cache, once …')
  rmSync(home, { recursive: true, force: true })
  const [lists, archives] = [join(home, 'lists'), join(home, 'archives')]
  for (const folder of [join(lists, 'partial'), join(archives, 'partial'), root])
    mkdirSync(folder, { recursive: true })
  writeFileSync(join(home, 'status'), '')
  const sources = join(home, 'sources.list')
  writeFileSync(
    sources,
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror()} ${release} main\n`,
  )
  const options = [
    `Dir::State::lists=${lists}`,
    `Dir::State::status=${join(home, 'status')}`,
    `Dir::Cache::archives=${archives}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option])
  must('apt-get', ['-q', ...options, 'update'])
  must('apt-get', [
    '-q',
    ...options,
    'install',
    '-y',
    '--download-only',
    '--no-install-recommends',
    ...packages,
  ])
  for (const archive of readdirSync(archives)) {
    if (archive.endsWith('.deb')) must('dpkg-deb', ['-x', join(archives, archive), root])
  }
  for (const folder of [lists, archives]) rmSync(folder, { recursive: true })
  must('ldconfig', ['-r', root])
  writeFileSync(ready, '')
}

/** The mirror that this machine installs from. */
function mirror(): string {
  const listed = must('apt-get', ['indextargets', '--format', '$(REPO_URI)']).split('\n')
  const found = listed.find((address) => /\/debian\/?$/.test(address))
  if (found === undefined) throw new Error('Unexpected sources of apt-get, expected one of Debian. Add one.')
  return found
}

function must(program: string, args: readonly string[]): string {
  const result = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (result.status === 0) return result.stdout
  throw new Error(`${program} failed: ${result.stdout}${result.stderr}${result.error?.message ?? ''}`)
}
