import type { Call } from '../calls/calls.ts'
import { storageLimit } from '../device/device-records.ts'
import type { DeviceVault } from './device-vault.ts'
import type { SecretInfo } from './vault.ts'

/** The secrets of a vault that are the app's. */
export async function secretsOf(call: Call, { store }: DeviceVault): Promise<readonly SecretInfo[]> {
  const { secrets } = await call.step({ work: store.manifest, limit: storageLimit })
  return Object.entries(secrets)
    .filter(([name]) => !name.startsWith('keybound.'))
    .map(([name, { ask, recovery }]): SecretInfo => ({ name, ask, recovery: recovery ?? 'none' }))
}
