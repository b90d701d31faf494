import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const app = dirname(import.meta.dirname)
const root = join(app, '../..')
/** Kept beside the installed packages: gone with them, and in nobody's way. */
const cache = join(root, 'node_modules/.cache/keybound-bank')

/** What the browser build is made of, besides installed packages, which the lock file names. */
const sources = [
  'package-lock.json',
  'apps/bank/*.{json,mjs}',
  'apps/bank/server/build-app.ts',
  'apps/bank/{app,public}/**/*',
  'packages/{protocol,client,web,phone,react,react-native,attestation}/{package.json,src/**/*.{ts,tsx}}',
]

/**
 * Builds the app for browsers with Expo, or answers the folder of the build there is: it is named by what it was made of,
 * so it is made once for each state of the sources, also by several processes that start at once. Works without network.
 */
export async function buildApp(say: (sentence: string) => void): Promise<string> {
  const folder = join(cache, fingerprint())
  mkdirSync(cache, { recursive: true })
  const lock = `${folder}.building`
  for (let turn = 0; !existsSync(folder); turn++) {
    if (turn === 1) say('Another process builds the bank; waiting for it …')
    if (takeLock(lock)) {
      try {
        say('Building the bank for the browser with Expo, once …')
        await build(folder)
      } finally {
        held.delete(lock)
        rmSync(lock, { force: true })
      }
    } else await setTimeout(250)
  }
  return folder
}

async function build(folder: string): Promise<void> {
  const fresh = join(cache, `unfinished-${process.pid}`)
  try {
    await expoExport(fresh)
    // Builds of earlier sources, and what builds left that were cut off.
    for (const name of readdirSync(cache)) {
      const unfinished = /^unfinished-(\d+)$/.exec(name)
      if (unfinished ? !isRunning(Number(unfinished[1])) : /^[0-9a-f]{32}$/.test(name))
        rmSync(join(cache, name), { recursive: true, force: true })
    }
    renameSync(fresh, folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Whether this process may build now; the lock of a process that has died is taken away first. */
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}`, { flag: 'wx' })
    held.add(lock)
    return true
  } catch (error) {
    if ((error as { readonly code?: string }).code !== 'EEXIST') throw error
  }
  if (!isAlive(lock)) rmSync(lock, { force: true })
  return false
}

/** The locks of this process: one with our id that is not among them is of a process before a restart. */
const held = new Set<string>()
/** Longer than the slowest build that was seen, on a machine with twenty times as much work as processors. */
const longestBuild = 15 * 60_000

/**
 * Whether the process that holds the lock still builds. Process ids are given again after a restart, so a lock older than
 * any build is of a process that has died, whoever has its id now.
 */
function isAlive(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, 'utf8'))
    // A lock that is just being written holds nothing yet.
    const young = Date.now() - statSync(lock).mtimeMs < (holder === 0 ? 1_000 : longestBuild)
    return young && (holder === process.pid ? held.has(lock) : holder === 0 || isRunning(holder))
  } catch {
    // A lock that was just given back.
    return false
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Of another user: it runs.
    return (error as { readonly code?: string }).code === 'EPERM'
  }
}

function fingerprint(): string {
  const hash = createHash('sha256')
  const files = globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
  for (const file of files.sort())
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return hash.digest('hex').slice(0, 32)
}

/** What Expo prints is shown only when it fails. */
async function expoExport(folder: string): Promise<void> {
  const expo = createRequire(import.meta.url).resolve('expo/bin/cli')
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: process.env.TMPDIR,
    NODE_ENV: 'production',
    CI: '1',
    EXPO_OFFLINE: '1',
    EXPO_NO_TELEMETRY: '1',
    EXPO_NO_DOTENV: '1',
    // Parts are loaded by a script element that Expo makes, which the page's policy forbids: all is in one file.
    EXPO_NO_BUNDLE_SPLITTING: '1',
  }
  // The config plugin in app.json, too, is taken as it is written.
  const source = '--conditions=keybound-source'
  const child = spawn(
    process.execPath,
    [source, expo, 'export', '--platform', 'web', '--output-dir', folder],
    {
      cwd: app,
      env: environment as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
  const code = await new Promise((resolve) => child.once('close', resolve).once('error', resolve))
  if (code === 0 && existsSync(join(folder, 'index.html'))) return
  throw new RangeError(`The bank could not be built for the browser. Expo said:\n${printed.trim()}`)
}
