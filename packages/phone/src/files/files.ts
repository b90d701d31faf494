import { concat, decode, encode } from '../bytes.ts'
import { native, refusal } from '../errors.ts'
import type { SecureHardware } from '../hardware/secure-hardware.ts'

/** Whole files of any size over a bridge that takes 1 MiB at once. */
export interface Files {
  readonly read: (name: string) => Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Whole and synced before it answers, or not at all. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>
  readonly delete: (name: string) => Promise<void>
}

/** Bytes of a file that cross at once: below 1 MiB, and a whole number of base64url groups. */
const piece = 786_432

/** One for all, written in turn: what an app that died leaves of it the next one takes the place of. */
const unfinished = 'keybound.part'

/** Makes them. Rejects `storage_failed`. */
export function createFiles(hardware: SecureHardware): Files {
  async function read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const pieces: Uint8Array[] = []
    let offset = 0
    for (;;) {
      const text = await hardware.readFile(name, offset, piece)
      if (text === null && offset === 0) return undefined
      // It was whole when the reading began.
      if (text === null) throw refusal('storageFailed')
      const bytes = decode(text)
      pieces.push(bytes)
      offset += bytes.length
      if (bytes.length < piece) return concat(...pieces)
    }
  }

  let lane: Promise<unknown> = Promise.resolve()

  async function write(name: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length <= piece) return hardware.writeFile(name, encode(bytes), false)
    const done = lane.then(() => writePieces(name, bytes))
    lane = done.catch(() => {})
    return done
  }

  async function writePieces(name: string, bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; at += piece)
        await hardware.writeFile(unfinished, encode(bytes.subarray(at, at + piece)), at > 0)
      await hardware.renameFile(unfinished, name)
    } catch (error) {
      // Room is what a full disk needs; why it failed must not be hidden.
      await hardware.deleteFile(unfinished).catch(() => {})
      throw error
    }
  }

  return {
    read: (name) => native(read(name)),
    write: (name, bytes) => native(write(name, bytes)),
    delete: (name) => native(hardware.deleteFile(name)),
  }
}
