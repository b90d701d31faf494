import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { aptGet, canInstallFromDebian } from '../apt-get.mjs'

/** Made from Apple's headers with the values in it, which the declarations for iOS leave out for these constants. */
const wheel = 'pyobjc-framework-Security==12.2.2'
const place = ['--platform', 'macosx_10_13_universal2', '--python-version', '3.13', '--abi', 'cp313']
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'keybound/ios-statuses-12.2.2')
const metadata = join(folder, 'Security/_metadata.py')

/** Every `errSec…` that Apple publishes, by its name. Has pip bring them, once. */
export function readStatuses(): ReadonlyMap<string, number> {
  if (!existsSync(metadata)) bring()
  const listed = readFileSync(metadata, 'utf8').matchAll(/\$?(errSec\w+)@(-?\d+)/g)
  return new Map([...listed].map(([, name = '', number]) => [name, Number(number)]))
}

/** Unpacks into another folder and renames it at the end, so that nobody finds half of it. */
function bring(): void {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  try {
    if (!ran('-m', 'pip', '--version')) installPip()
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps']
    must(...pip, '--only-binary', ':all:', ...place, '--dest', unfinished, wheel)
    const [archive = ''] = globSync('*.whl', { cwd: unfinished })
    must('-m', 'zipfile', '--extract', join(unfinished, archive), unfinished)
    if (!existsSync(metadata)) renameSync(unfinished, folder)
  } catch (error) {
    if (!existsSync(metadata)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

function installPip(): void {
  const needs = 'test:ios needs pip of Python 3, for the numbers of Apple’s errors'
  if (!canInstallFromDebian()) throw new Error(`${needs}: install it.`)
  const log = aptGet('update') ?? aptGet('install', '-y', '--no-install-recommends', 'python3-pip')
  if (log !== undefined) throw new Error(`${needs}, and apt-get could not install it.\n${log}`)
}

function ran(...args: readonly string[]): boolean {
  return spawnSync('python3', args, { stdio: 'ignore' }).status === 0
}

function must(...args: readonly string[]): void {
  const python = spawnSync('python3', args, { encoding: 'utf8' })
  if (python.status !== 0) throw new Error(`pip could not bring ${wheel}:\n${python.stdout}${python.stderr}`)
}
