import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { spellingsOf } from '../../../test/support/canaries.ts'

/** Whether this system lets the owner of a process read its memory as a file. */
export const memoryIsReadable = existsSync('/proc/self/pagemap')

/**
 * Searches the raw memory of a process, as a memory dump on a rooted phone is searched: for the secret as it is, in
 * base64, hex and UTF-16, and bytes also backwards, as a library for big numbers keeps a private key. Answers in how many
 * places it stands.
 */
export function searchMemory(pid: number, secret: string | Uint8Array): number {
  const backwards = typeof secret === 'string' ? [] : [Buffer.from(secret).reverse()]
  const needles = unique([...spellingsOf(secret), ...backwards])
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  try {
    return writableRegions(pid).reduce((found, region) => found + searchRegion(memory, region, needles), 0)
  } finally {
    closeSync(memory)
  }
}

/** Where base64 and base64url agree, one is enough. */
function unique(needles: readonly Buffer[]): readonly Buffer[] {
  return [...new Map(needles.map((needle) => [needle.toString('latin1'), needle])).values()]
}

interface Region {
  readonly from: number
  readonly to: number
}

/** What is written at run time can only lie in what is writable. */
function writableRegions(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line))
    .filter((match) => match !== null)
    .map(([, from, to]) => ({
      from: Number.parseInt(from as string, 16),
      to: Number.parseInt(to as string, 16),
    }))
    .flatMap((region) => presentRuns(pid, region))
}

/** The parts of a region that are in memory: engines reserve gigabytes of which they use little. */
function presentRuns(pid: number, { from, to }: Region): readonly Region[] {
  const map = openSync(`/proc/${pid}/pagemap`, 'r')
  try {
    const entries = Buffer.alloc(((to - from) / pageSize) * 8)
    readSync(map, entries, 0, entries.length, (from / pageSize) * 8)
    const runs: { from: number; to: number }[] = []
    for (let page = 0; page * 8 < entries.length; page++) {
      // Bit 63: present (Documentation/admin-guide/mm/pagemap.rst of Linux).
      if (((entries[page * 8 + 7] ?? 0) & 0x80) === 0) continue
      const at = from + page * pageSize
      const run = runs.at(-1)
      if (run?.to === at) run.to = at + pageSize
      else runs.push({ from: at, to: at + pageSize })
    }
    return runs
  } finally {
    closeSync(map)
  }
}

const pageSize = 4096

/** Read in pieces that overlap by the longest needle, so that none is missed at an edge. */
function searchRegion(memory: number, { from, to }: Region, needles: readonly Buffer[]): number {
  const overlap = Math.max(...needles.map((needle) => needle.length))
  const piece = Buffer.alloc(Math.min(to - from, 16 * 2 ** 20))
  let found = 0
  for (let at = from; at < to; at += piece.length - overlap) {
    const length = readPiece(memory, piece, at, Math.min(piece.length, to - at))
    const read = piece.subarray(0, length)
    for (const needle of needles) found += occurrences(read, needle)
    if (length < piece.length) break
  }
  return found
}

/** Pages that the kernel will not show hold nothing of the process. */
function readPiece(memory: number, piece: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, piece, 0, length, at)
  } catch {
    return 0
  }
}

function occurrences(haystack: Buffer, needle: Buffer): number {
  let count = 0
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1)) count++
  return count
}
