import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Folder of others' test data; it is never part of a commit, so tests skip loudly where it is absent. */
export const vectorsFolder =
  process.env.KEYBOUND_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url))

/** Whether the folder is there. Under CI its absence is a failure, because a skip there would hide a missing proof. */
export const haveVectors = existsSync(vectorsFolder)
if (!haveVectors) {
  const message = `No test vectors at ${vectorsFolder}: set KEYBOUND_VECTORS to their folder to run these tests.`
  if (process.env.CI) throw new Error(message)
  console.warn(message)
}

/** Reads a vector file as text. */
export function readVector(path: string): string {
  return readFileSync(`${vectorsFolder}/${path}`, 'utf8')
}

/** Reads a vector file as JSON. */
export function readVectorJson<T>(path: string): T {
  return JSON.parse(readVector(path)) as T
}
