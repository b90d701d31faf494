import type { PlatformStorage } from '@keybound/client'
import { native } from '../errors.ts'
import type { SecureHardware } from '../hardware/secure-hardware.ts'
import { aliasPrefix } from './aliases.ts'

/** Which installation of the app this is, and whether another one left something here. */
export interface Installation {
  readonly id: string
  /**
   * Keys without files: the app was installed anew on a phone whose keychain survives that (iOS). Or files without keys:
   * they come from another phone. Stays until a new registration was kept.
   */
  readonly orphaned: boolean
}

const key = 'phone/installation'

/** Compares what the phone says with what the files say, and remembers it. Deletes nothing. */
export async function readInstallation(
  hardware: SecureHardware,
  records: PlatformStorage,
): Promise<Installation> {
  const { installation: id } = await native(hardware.describe())
  const stored = await records.get(key)
  const known: Partial<Installation> = stored === undefined ? {} : JSON.parse(stored)
  if (known.id === id) return { id, orphaned: known.orphaned === true }
  const orphaned = stored !== undefined || (await native(hardware.listKeys(aliasPrefix))).length > 0
  await writeInstallation(records, { id, orphaned })
  return { id, orphaned }
}

/** Remembers it. */
export function writeInstallation(records: PlatformStorage, installation: Installation): Promise<void> {
  return records.set(key, JSON.stringify(installation))
}
