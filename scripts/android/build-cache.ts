import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../packages.ts'
import { work } from './toolchain.ts'

const week = 7 * 24 * 3600_000

/** Names what is made of files by their paths and bytes, and of anything else that decides how it comes out. */
export function hashOf(files: readonly string[], ...more: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of [...files].sort()) {
    const bytes = readFileSync(file)
    hash.update(`${relative(root, file)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.update(more.join('\0')).digest('hex').slice(0, 16)
}

/** Where the cache keeps what is made of such inputs; there or not. */
export function placeOf(kind: string, hash: string): string {
  return join(work, `${kind}-${hash}`)
}

/**
 * Has `make` fill a folder unless the same was made before. What fails leaves nothing there; what nobody asked for in a week
 * is removed.
 */
export async function once(place: string, make: (folder: string) => Promise<void> | void): Promise<void> {
  if (touch(place)) return
  const unfinished = `${place}.${process.pid}`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  try {
    await make(unfinished)
    moveInto(place, unfinished)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  forgetOld()
}

/** Keeps a folder for another week; false where there is none, even if there was one a moment ago. */
function touch(place: string): boolean {
  const now = new Date()
  try {
    utimesSync(place, now, now)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Another run, of this checkout or another, may have been faster; its folder is as good. */
function moveInto(place: string, unfinished: string): void {
  try {
    if (!existsSync(place)) renameSync(unfinished, place)
  } catch (error) {
    const wasFaster = ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '') && existsSync(place)
    if (!wasFaster) throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

function forgetOld(): void {
  for (const name of globSync('{agent,provided,main,test,lint,vectors,mistake}-*', { cwd: work })) {
    const place = join(work, name)
    // Other runs take their unfinished folders away as they end; one that is a week old belongs to none.
    const made = statSync(place, { throwIfNoEntry: false })?.mtimeMs
    if (made !== undefined && Date.now() - made > week) rmSync(place, { recursive: true, force: true })
  }
}
