import type { SecureHardware } from '@keybound/phone'
import { type Channel, SystemFailure } from '../channel/channel.ts'
import type { FileCalls } from '../system/file-calls.ts'
import { checkName, decode, encode, mostBytes } from './bytes.ts'
import { hardwareError, invalidArgument } from './errors.ts'

type Files = Pick<SecureHardware, 'readFile' | 'writeFile' | 'renameFile' | 'deleteFile' | 'listFiles'>

/** The contract's files: in the folder of the app that no backup takes. */
export function createFiles(system: Channel<FileCalls, object>): Files {
  const folder = 'noBackup' as const
  const stored = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SystemFailure)) throw error
      throw hardwareError('storageFailed', `Unexpected failure of the disk: ${error.message}. Try again.`)
    }
  }
  return {
    async readFile(name, offset, length) {
      checkRange(offset, Number.MAX_SAFE_INTEGER)
      checkRange(length, mostBytes)
      const request = { folder, name: checkName(name), offset, length }
      const { bytes } = await stored(() => system.call('files.read', request))
      return bytes === null ? null : encode(bytes)
    },
    async writeFile(name, bytes, append) {
      const request = { folder, name: checkName(name), bytes: decode(bytes), append }
      await stored(() => system.call('files.write', request))
    },
    async renameFile(from, to) {
      const request = { folder, from: checkName(from), to: checkName(to) }
      await stored(() => system.call('files.rename', request))
    },
    async deleteFile(name) {
      const request = { folder, name: checkName(name) }
      await stored(() => system.call('files.delete', request))
    },
    async listFiles(prefix) {
      const { names } = await stored(() => system.call('files.list', { folder, prefix }))
      return [...names]
    },
  }
}

function checkRange(value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return
  throw invalidArgument('number', `a whole number from 0 to ${most}`)
}
