import type { PlatformStorage } from '@keybound/client'
import { native } from '../errors.ts'
import type { KeyState, SecureHardware } from '../hardware/secure-hardware.ts'
import { aliasOf, aliasPrefix, credentialOf, roles } from './aliases.ts'
import { type Credential, readCredential } from './credential.ts'
import { type Installation, readInstallation, writeInstallation } from './installation.ts'

/**
 * The credentials of this phone. One whose registration is under way is pending: its keys are deleted when it fails, and
 * at the next start when the app died before they signed. Where it died later the server may have the credential: it stays
 * pending until it is used or its user registers anew. Rejects `storage_failed`.
 */
export interface Credentials {
  readonly installation: () => Promise<Installation>
  readonly find: (id: string) => Promise<Credential | undefined>
  /** The same for who knows that the server has it: one that is pending still is kept from now on. */
  readonly use: (id: string) => Promise<Credential | undefined>
  /** Those that sign for a relying party, the newest first. */
  readonly of: (rpId: string) => Promise<readonly Credential[]>
  readonly state: (id: string) => Promise<KeyState>
  /** Before the first key of it is made. */
  readonly begin: (id: string) => Promise<void>
  /** Once its keys are there and have signed: what `keep` will store. */
  readonly made: (
    made: Omit<Credential, 'order' | 'installation'>,
    replaces: string | undefined,
  ) => Promise<void>
  /** The server has registered it. Removes keys that belong to nothing any more. */
  readonly keep: (id: string) => Promise<void>
  /** Deletes keys: all of a pending or `removed` one, else only that which signs, so that what was sealed stays. */
  readonly drop: (id: string, removed: boolean) => Promise<void>
}

const keptKey = (id: string) => `phone/credential/${id}`
const pendingKey = (id: string) => `phone/pending/${id}`

interface Pending {
  readonly made?: Omit<Credential, 'order' | 'installation'>
  readonly replaces?: string | undefined
}

/** Makes them. */
export function createCredentials(hardware: SecureHardware, records: PlatformStorage): Credentials {
  let started: Promise<Installation> | undefined

  /** Once in the life of the process: what an earlier one left half done is taken back. */
  function start(): Promise<Installation> {
    started ??= tidy().catch((error: unknown) => {
      started = undefined
      throw error
    })
    return started
  }

  async function tidy(): Promise<Installation> {
    const installation = await readInstallation(hardware, records)
    for (const [id, { made }] of await pending()) {
      const kept = (await records.get(keptKey(id))) !== undefined
      if (!kept && (!made || (await state(id)) !== 'ready')) await remove(id)
    }
    return installation
  }

  async function pending(): Promise<ReadonlyMap<string, Pending>> {
    const found = new Map<string, Pending>()
    for (const key of await records.keys(pendingKey('')))
      found.set(key.slice(pendingKey('').length), JSON.parse((await records.get(key)) ?? '{}'))
    return found
  }

  async function remove(id: string): Promise<void> {
    for (const role of roles) await native(hardware.deleteKey(aliasOf(id, role)))
    await records.delete(keptKey(id))
    await records.delete(pendingKey(id))
  }

  async function all(): Promise<readonly Credential[]> {
    await start()
    const found: Credential[] = []
    for (const key of await records.keys(keptKey(''))) {
      const credential = readCredential(await records.get(key))
      if (credential) found.push(credential)
    }
    return found.sort((a, b) => b.order - a.order)
  }

  const state = (id: string) => native(hardware.keyState(aliasOf(id, 'signing')))
  const find = async (id: string) => (await all()).find((credential) => credential.id === id)
  const store = (credential: Credential) => records.set(keptKey(credential.id), JSON.stringify(credential))

  async function retire(credential: Credential): Promise<void> {
    await store({ ...credential, retired: true })
    await records.delete(pendingKey(credential.id))
    await native(hardware.deleteKey(aliasOf(credential.id, 'signing')))
  }

  async function keep(id: string): Promise<void> {
    const installation = await start()
    const unkept = await pending()
    const { made, replaces } = unkept.get(id) ?? {}
    // Kept before, and asked again.
    if (!made) return
    const order = 1 + Math.max(0, ...(await all()).map((credential) => credential.order))
    await store({ ...made, installation: installation.id, order })
    const replaced = await find(replaces ?? '')
    if (replaced) await retire(replaced)
    // Of one user the server has this one, and no other that was cut off.
    for (const [other, { made: cut }] of unkept)
      if (other !== id && cut?.userHandle === made.userHandle && cut.rpId === made.rpId) await remove(other)
    if (installation.orphaned) await purge(installation)
    // Last: what is cut off before is done again.
    await records.delete(pendingKey(id))
  }

  /** Keys of an earlier installation, of which no file here says anything. */
  async function purge({ id }: Installation): Promise<void> {
    const known = new Set([...(await all()).map((credential) => credential.id), ...(await pending()).keys()])
    for (const alias of await native(hardware.listKeys(aliasPrefix)))
      if (!known.has(credentialOf(alias))) await native(hardware.deleteKey(alias))
    await writeInstallation(records, { id, orphaned: false })
    started = Promise.resolve({ id, orphaned: false })
  }

  return {
    installation: start,
    find,
    async use(id) {
      await keep(id)
      return find(id)
    },
    of: async (rpId) => (await all()).filter((credential) => credential.rpId === rpId && !credential.retired),
    state,
    async begin(id) {
      await start()
      await records.set(pendingKey(id), '{}')
    },
    made: (made, replaces) =>
      records.set(pendingKey(made.id), JSON.stringify({ made, replaces } satisfies Pending)),
    keep,
    async drop(id, removed) {
      const kept = await find(id)
      if (kept && !removed) return retire(kept)
      await remove(id)
    },
  }
}
