/**
 * A bounded cache in two generations: entries move to the young one when used, and when that is full the old one is
 * dropped. Cheaper per hit than strict least-recently-used order, with the same bound.
 */
export class BoundedCache<V, K extends string | number = string> {
  readonly #generationSize: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  /** `maxEntries`: most entries held, at least 2. */
  constructor(maxEntries: number) {
    this.#generationSize = Math.max(1, maxEntries >> 1)
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}
