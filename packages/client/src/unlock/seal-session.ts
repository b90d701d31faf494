import { type Base64Url, KeyboundError } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'
import { storageLimit } from '../device/device-records.ts'
import type { RefreshToken } from '../tokens/tokens.ts'
import { locked } from '../vault/failures.ts'
import { refreshTokenName } from '../vault/secret-name.ts'
import { entryOf } from '../vault/secret-store.ts'
import type { DeviceVault } from './device-vault.ts'
import type { ConnectedTokens } from './secure.ts'

/**
 * The refresh token as a secret of the vault: written without a touch, read while the vault is open. What is written
 * while it is not is kept in memory too, with the session and no longer. A successor takes the place of the very one
 * that was read: one that a sign-out took out does not come back, and one of a newer session stays. Without a vault it is
 * in memory only: gone at lock, never stored.
 */
export function keepToken(
  { platform, opened }: ConnectedTokens,
  device: DeviceVault | undefined,
): RefreshToken {
  const { vault } = platform
  let held: string | undefined
  let seen: Base64Url = ''

  const openedKey = () => device && opened(device.owner.account)

  return {
    lock: `${device?.prefix ?? 'keybound/1/'}refresh`,
    sealed: device && true,
    async read() {
      const key = openedKey()
      // None: a touch signed in and opened nothing, or this was locked while it waited for its turn.
      if (!device || !key) {
        if (!held) throw locked()
        return held
      }
      // Before the token: where another one comes between the two, its successor is but a lost answer.
      const entry = entryOf(await device.store.manifest(), refreshTokenName)
      if (!entry) throw new KeyboundError('refresh_token_revoked', 'Another tab signed out; sign in first.')
      seen = entry.hash
      return new TextDecoder().decode(await device.store.get(refreshTokenName, key))
    },
    async write(token, successor) {
      if (device) {
        const contact = Math.floor(vault.now() / 1000)
        const how = { contact, over: successor && seen }
        const entry = await device.store.set(refreshTokenName, new TextEncoder().encode(token), how)
        if (!entry) return undefined
        seen = entry.hash
      }
      if (held || !successor) held = openedKey() ? undefined : token
      return true
    },
    forget() {
      held = undefined
    },
  }
}

/** Takes the sealed session out of the account's vault, and says whether there was one; the other secrets stay. */
export async function unseal(
  context: ClientContext,
  secure: ConnectedTokens,
  call: Call,
  account: string | null,
): Promise<boolean> {
  const { records, state } = context
  const found = state.recordOf(account)
  if (!found?.sealed) return false
  const remove = async () => {
    const device = await secure.vaults.find(call.commit, found)
    await call.commit(async () => device?.store.delete(refreshTokenName), storageLimit)
    await records.keep(call, { ...found, sealed: undefined })
  }
  await call.tolerate(remove())
  return true
}
