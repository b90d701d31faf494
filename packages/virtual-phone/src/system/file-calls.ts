import { type Bytes, type Handlers, SystemFailure } from '../channel/channel.ts'
import type { AndroidCalls } from './android/calls.ts'
import type { FileStore } from './file-store.ts'

export type FileCalls = Pick<
  AndroidCalls,
  'files.read' | 'files.write' | 'files.rename' | 'files.delete' | 'files.list'
>

/** The disk, as apps reach it: the same on both systems. */
export function createFileCalls(store: FileStore): Handlers<FileCalls> {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw new SystemFailure('IOException', undefined, String(error))
    }
  }
  return {
    'files.read': ({ folder, name, offset, length }) =>
      guarded(async () => {
        const bytes = await store.read(folder, name)
        return { bytes: bytes === undefined ? null : bytes.slice(offset, offset + length) }
      }),
    'files.write': ({ folder, name, bytes, append }) =>
      guarded(async () => {
        const before = append ? await store.read(folder, name) : undefined
        await store.write(folder, name, before === undefined ? bytes : joined(before, bytes))
        return null
      }),
    'files.rename': ({ folder, from, to }) =>
      guarded(async () => {
        await store.rename(folder, from, to)
        return null
      }),
    'files.delete': ({ folder, name }) =>
      guarded(async () => {
        await store.delete(folder, name)
        return null
      }),
    'files.list': ({ folder, prefix }) =>
      guarded(async () => ({
        names: (await store.list(folder)).filter((name) => name.startsWith(prefix)),
      })),
  }
}

function joined(before: Bytes, more: Bytes): Bytes {
  const bytes = new Uint8Array(before.length + more.length)
  bytes.set(before)
  bytes.set(more, before.length)
  return bytes
}
