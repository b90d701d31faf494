/** A seeded generator of numbers in [0, 1): the same seed makes the same mutants on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const byteChanges = ['flip', 'replace', 'drop', 'insert', 'duplicate'] as const
const itemChanges = ['dropItem', 'swapItems', 'duplicateItem'] as const

/** A list of byte strings with one thing changed. */
export interface Mutant {
  readonly items: Uint8Array[]
  /** What was done, for a person. */
  readonly change: string
  /** Which items are not what they were. */
  readonly touched: readonly number[]
}

/** Changes one byte of one item, or one item of the list. One mutant in eight is of the second kind. */
export function mutate(items: readonly Uint8Array[], random: () => number): Mutant {
  const pick = (count: number) => Math.floor(random() * count)
  if (random() < 1 / 8) return mutateList(items, itemChanges[pick(itemChanges.length)] ?? 'dropItem', pick)
  const index = pick(items.length)
  const item = items[index] ?? new Uint8Array()
  const at = pick(item.length)
  const change = byteChanges[pick(byteChanges.length)] ?? 'flip'
  const mutated = mutateBytes(item, at, change, pick)
  return {
    items: items.map((own, place) => (place === index ? mutated : own)),
    change: `${change} byte ${at} of item ${index}`,
    touched: [index],
  }
}

function mutateBytes(
  bytes: Uint8Array,
  at: number,
  change: (typeof byteChanges)[number],
  pick: (count: number) => number,
): Uint8Array {
  const own = bytes[at] ?? 0
  const other = (own + 1 + pick(255)) & 0xff
  const replaced = {
    flip: [own ^ (1 << pick(8))],
    replace: [other],
    drop: [],
    insert: [pick(256), own],
    duplicate: [own, own],
  }
  return Uint8Array.of(...bytes.subarray(0, at), ...replaced[change], ...bytes.subarray(at + 1))
}

function mutateList(
  items: readonly Uint8Array[],
  change: (typeof itemChanges)[number],
  pick: (count: number) => number,
): Mutant {
  const at = pick(items.length)
  const item = items[at] ?? new Uint8Array()
  if (change === 'dropItem') {
    return { items: items.filter((_, index) => index !== at), change: `drop item ${at}`, touched: [at] }
  }
  if (change === 'duplicateItem') {
    const place = pick(items.length + 1)
    return {
      items: items.toSpliced(place, 0, item),
      change: `item ${at} again at ${place}`,
      touched: [at, place],
    }
  }
  const to = (at + 1 + pick(items.length - 1)) % items.length
  const swapped = items.map((own, index) => (index === at ? items[to] : index === to ? item : own))
  return { items: swapped as Uint8Array[], change: `swap items ${at} and ${to}`, touched: [at, to] }
}
