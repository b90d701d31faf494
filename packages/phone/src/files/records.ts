import type { PlatformStorage } from '@keybound/client'
import { utf8 } from '../bytes.ts'
import { refusal } from '../errors.ts'
import type { Files } from './files.ts'

const fileName = 'keybound.records'

/**
 * Small records in one file that is read once and written whole: few and short, so that a change is one atomic write
 * and a list costs nothing. A file that cannot be read is `storage_failed` and is never written over.
 */
export function createRecords(files: Files): PlatformStorage {
  let loaded: Promise<Map<string, string>> | undefined
  let lane: Promise<unknown> = Promise.resolve()

  function load(): Promise<Map<string, string>> {
    loaded ??= read(files).catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    return loaded
  }

  /** In turn, so that a change sees the one before it; `apply` answers whether there is anything to write. */
  function change(apply: (records: Map<string, string>) => unknown): Promise<void> {
    const done = lane.then(async () => {
      const next = new Map(await load())
      if (!apply(next)) return
      await files.write(fileName, utf8(JSON.stringify([...next])))
      loaded = Promise.resolve(next)
    })
    lane = done.catch(() => {})
    return done
  }

  return {
    get: async (key) => (await load()).get(key),
    set: (key, value) => change((records) => records.set(key, value)),
    delete: (key) => change((records) => records.delete(key)),
    keys: async (prefix) => [...(await load()).keys()].filter((key) => key.startsWith(prefix)),
  }
}

async function read(files: Files): Promise<Map<string, string>> {
  const bytes = await files.read(fileName)
  if (!bytes) return new Map()
  try {
    const entries: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return new Map((entries as [string, string][]).map(([key, value]) => [`${key}`, `${value}`]))
  } catch {
    throw refusal('storageFailed')
  }
}
