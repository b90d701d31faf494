import type { Store } from '@keybound/server/store'
import { createMemoryStore } from '@keybound/server/store/memory'

/** A store that does one thing wrong on purpose, and the cases of the suite that must notice. */
export interface WrongStore {
  /** What it does wrong. */
  readonly wrong: string
  readonly open: () => Store
  /** Cases that must fail; others may. */
  readonly fails: readonly string[]
}

/** A memory store with some of its calls replaced. */
export function wrongStore(
  wrong: string,
  fails: readonly string[],
  replace: (right: Store) => Partial<Store>,
): WrongStore {
  return {
    wrong,
    fails,
    open: () => {
      const right = createMemoryStore()
      return { ...right, ...replace(right) }
    },
  }
}

/** Makes a text that was not made before, from one that was given. */
export function freshener(): (text: string) => string {
  let made = 0
  return (text) => `${text} made ${++made}`
}
