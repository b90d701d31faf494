import { KeyboundError } from '@keybound/protocol'
import type { Store, StoreMode } from '../contract.ts'
import { createReadCalls } from './internal/read-calls.ts'
import { emptyRealm, pruneRealm, type Realm } from './internal/realm.ts'
import { createWriteCalls } from './internal/write-calls.ts'

/**
 * A store in the memory of this process, for tests and first tries: everything is gone when the process ends, and
 * nothing is shared with other processes. Otherwise it keeps every rule of {@link Store}.
 */
export function createMemoryStore(): Store {
  const realms = new Map<string, Realm>()
  let marked: StoreMode | undefined
  let closed = false

  async function settle<Result>(work: () => Result): Promise<Result> {
    if (closed) {
      const message = 'Unexpected call of a closed store, expected an open one. Open a new one.'
      throw new KeyboundError('store_unavailable', message)
    }
    return work()
  }

  function held(name: string): Realm {
    const realm = realms.get(name) ?? emptyRealm()
    realms.set(name, realm)
    return realm
  }

  return {
    ...createReadCalls((realm, read) => settle(() => read(held(realm)))),
    ...createWriteCalls((realm, work) => settle(() => work(held(realm)))),
    openAs: (mode) =>
      settle(() => {
        marked ??= mode
        if (marked === mode) return 'opened'
        return marked === 'demo' ? 'markedDemo' : 'markedProduction'
      }),
    prune: (now) =>
      settle(() => {
        for (const realm of realms.values()) pruneRealm(realm, now)
      }),
    close: async () => {
      closed = true
    },
  }
}
