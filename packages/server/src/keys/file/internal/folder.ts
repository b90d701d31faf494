import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { keyUnavailable } from './seal.ts'

/** A folder of small files that appear whole or not at all and never change. Safe among several processes. */
export interface Folder {
  names(): Promise<readonly string[]>
  read(name: string): Promise<string | undefined>
  /** Adds a file, or does nothing when one of the name is there: who is first, wins. Durable when it resolves. */
  add(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
}

/** Opens or makes the folder, readable by its owner only. Refuses with `key_unavailable`. */
export async function openFolder(path: string, randomBytes: (length: number) => Uint8Array): Promise<Folder> {
  await guarded(path, () => makeFolder(path))
  return {
    names: () => guarded(path, () => readdir(path)),
    read: (name) => guarded(path, () => unless('ENOENT', readFile(join(path, name), 'utf8'))),
    add: (name, text) => guarded(path, () => addFile(path, name, text, randomBytes)),
    remove: (name) => guarded(path, async () => void (await unless('ENOENT', unlink(join(path, name))))),
  }
}

/** Node's own recursive `mkdir` never returns where the parent is there and still nothing can be made, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT') throw error
    if ((await unless('ENOENT', stat(dirname(path)))) === undefined) await makeFolder(dirname(path))
    // Another process may have made the parent since; a second refusal is one.
    await unless('EEXIST', mkdir(path, { mode: 0o700 }))
  }
}

/** Writes and syncs a temporary file, then links it under its name: a link fails where a rename would replace. */
async function addFile(
  folder: string,
  name: string,
  text: string,
  randomBytes: (length: number) => Uint8Array,
): Promise<void> {
  const temporary = join(folder, `.${name}.${Buffer.from(randomBytes(8)).toString('hex')}.tmp`)
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await unless('EEXIST', link(temporary, join(folder, name)))
  } finally {
    await unlink(temporary)
  }
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function unless<T>(code: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined
    throw error
  }
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const todo = 'Check the owner, permissions and free space of the folder.'
    throw keyUnavailable(
      `${code ?? 'failure'} in the key folder "${path}"`,
      'to read and write it',
      todo,
      error,
    )
  }
}
