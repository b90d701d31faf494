// Makes `npm start` and `npm test` work straight after `git clone`. npm runs it before either, under whatever Node
// the machine has (20 or later), so it is plain JavaScript without dependencies. When nothing is to be done it only
// looks at a few file dates.
//
//   node scripts/setup.mjs               installs the packages of the lock file
//   node scripts/setup.mjs --for-tests   and, on Debian as root, the programs that some tests drive

import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { aptGet, canInstallFromDebian } from './apt-get.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wantedNode = 24
const bundledNode = join(root, 'node_modules/.bin/node')

/** Programs that tests drive; without one of them a suite skips and says so. */
const testPrograms = [
  {
    debian: 'chromium',
    found: () => isOnPath('chromium') || isSet('KEYBOUND_CHROMIUM'),
    for: 'browser tests',
  },
  { debian: 'strace', found: () => isOnPath('strace'), for: 'counting syncs to disk' },
]

installPackages()
requireNode()
if (process.argv.includes('--for-tests')) installTestPrograms()

function installPackages() {
  if (packagesAreCurrent()) return
  say('Installing the packages of package-lock.json, once …')
  const started = performance.now()
  // Without install scripts: nothing here needs one, so no package gets to run code while it is installed.
  const { command, prefix } = npm()
  const result = spawnSync(
    command,
    [...prefix, 'ci', '--ignore-scripts', '--loglevel=error', '--no-progress', '--fetch-retries=5'],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  if (result.status !== 0) {
    // What npm says, without the page of usage it puts after it.
    const said = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`
    process.stderr.write(`${said.split(/^npm error Clean install a project/m)[0]}\n`)
    const outOfStep = said.includes('EUSAGE')
    fail(
      outOfStep
        ? 'package-lock.json does not fit the package.json files. Run: npm run lock'
        : 'npm could not install the packages. Check that this machine reaches an npm registry, then try again.',
    )
  }
  say(`Installed in ${((performance.now() - started) / 1000).toFixed(0)} s.`)
}

/**
 * npm writes node_modules/.package-lock.json at the end, so an interrupted installation is seen as missing; the lock
 * file itself, when npm changes that too, within moments of it.
 */
function packagesAreCurrent() {
  const installed = modified('node_modules/.package-lock.json')
  return installed !== undefined && installed + 10_000 >= (modified('package-lock.json') ?? 0)
}

/**
 * The npm that runs this script, else the one on the path. It is run by its own Node: the one in node_modules is
 * replaced while packages are installed.
 */
function npm() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env
  if (script?.endsWith('.js')) return { command: node ?? process.execPath, prefix: [script] }
  return { command: 'npm', prefix: [] }
}

/** npm puts node_modules/.bin first on the path, so what lies there is the Node that everything else runs under. */
function requireNode() {
  const packaged = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
  // npm 10 installs this optional package without linking its program.
  if (!existsSync(bundledNode) && existsSync(packaged))
    symlinkSync(relative(dirname(bundledNode), packaged), bundledNode)
  if (existsSync(bundledNode)) {
    if (majorOf(bundledNode) >= wantedNode) return
    // Made for another C library, for example. Out of the way, it no longer hides the machine's own Node.
    rmSync(bundledNode)
  }
  const own = majorOf('node')
  if (own >= wantedNode) return
  fail(
    `Keybound is developed on Node ${wantedNode}; this machine has ${own === 0 ? 'none' : `Node ${own}`}, and no packaged one ` +
      `runs here (${process.platform}-${process.arch}). Install Node ${wantedNode}, or delete node_modules to try anew, and run the command again.`,
  )
}

function installTestPrograms() {
  const missing = testPrograms.filter((program) => !program.found())
  if (missing.length === 0) return
  const names = missing.map((program) => program.debian).join(' ')
  const purposes = missing.map((program) => `${program.debian} (${program.for})`).join(' and ')
  if (!canInstallFromDebian()) {
    say(`Without ${purposes} some tests are skipped; on Debian: sudo apt-get install ${names}`)
    return
  }
  say(`Installing ${purposes} with apt-get, once …`)
  const log =
    aptGet('update') ?? aptGet('install', '-y', '--no-install-recommends', ...missing.map((p) => p.debian))
  if (log === undefined) return
  process.stderr.write(log)
  say(`apt-get could not install ${names}: the tests that need them are skipped.`)
}

/** The major version of a Node, 0 when it does not run. */
function majorOf(node) {
  if (existsSync(node) && realpathSync(node) === process.execPath) return major(process.version)
  const result = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return result.status === 0 ? major(result.stdout) : 0
}

function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0)
}

function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs
}

function isOnPath(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder && existsSync(join(folder, program)))
}

function isSet(name) {
  return (process.env[name] ?? '') !== ''
}

function say(text) {
  console.log(`keybound: ${text}`)
}

function fail(text) {
  console.error(`keybound: ${text}`)
  process.exit(1)
}
