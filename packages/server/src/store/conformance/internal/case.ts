import type { Store } from '../../contract.ts'
import { createSamples, type Samples } from './samples.ts'

/**
 * Opens this many connections to one database that is new and empty, each a {@link Store}; the case closes them. A
 * store that is one object by nature, such as one in memory, is given that many times.
 */
export type OpenStores = (connections: number) => Promise<readonly Store[]>

/** One thing that every store must do. */
export interface StoreCase {
  /** A sentence about the store, unique in the suite. */
  readonly name: string
  /** Resolves when the store does it, rejects when it does not. */
  run(openStores: OpenStores): Promise<void>
}

/** A case on one connection. */
export function storeCase(name: string, judge: (store: Store, samples: Samples) => Promise<void>): StoreCase {
  return { name, run: (openStores) => withStores(openStores, 1, ([store]) => judge(store, createSamples())) }
}

/** Connections of a race: calls are dealt to them in turn. */
const raceConnections = 4

/** A case on several connections to the same database. */
export function raceCase(
  name: string,
  judge: (stores: readonly [Store, ...Store[]], samples: Samples) => Promise<void>,
): StoreCase {
  return {
    name,
    run: (openStores) => withStores(openStores, raceConnections, (stores) => judge(stores, createSamples())),
  }
}

/** Calls that many times at once, spread over the connections. */
export function race<Result>(
  stores: readonly Store[],
  calls: number,
  call: (store: Store, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const connections = Array.from({ length: calls }, (_, index) => stores[index % stores.length])
  return Promise.all(connections.map((store, index) => call(store as Store, index)))
}

async function withStores(
  openStores: OpenStores,
  connections: number,
  judge: (stores: readonly [Store, ...Store[]]) => Promise<void>,
): Promise<void> {
  const [first, ...others] = await openStores(connections)
  if (first === undefined || others.length + 1 !== connections) {
    throw new Error(`Unexpected number of stores, expected ${connections}. Give one for each connection.`)
  }
  try {
    await judge([first, ...others])
  } finally {
    for (const store of new Set([first, ...others])) await store.close()
  }
}
