import type { KeyLevel, KeyRequest } from '@keybound/phone'
import type { IosChannel } from './ios-hardware.ts'

/** What is kept beside a key: its access control cannot be read back. */
export interface IosKeyRecord {
  readonly role: KeyRequest['role']
  readonly enrolment: KeyRequest['enrolment']
  readonly level: KeyLevel
}

/** Records in the keychain: they stay where the keys stay, and move to no other phone. */
export function createIosRecords(system: IosChannel) {
  const accountOf = (alias: string) => `key.${alias}`
  return {
    async read(alias: string): Promise<IosKeyRecord | undefined> {
      const { bytes } = await system.call('item.get', { account: accountOf(alias) })
      return bytes === null ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as IosKeyRecord)
    },
    async write(alias: string, record: IosKeyRecord): Promise<void> {
      const bytes = new TextEncoder().encode(JSON.stringify(record))
      await system.call('item.set', { account: accountOf(alias), bytes })
    },
    async remove(alias: string): Promise<void> {
      await system.call('item.delete', { account: accountOf(alias) })
    },
  }
}

export type IosKeyRecords = ReturnType<typeof createIosRecords>
