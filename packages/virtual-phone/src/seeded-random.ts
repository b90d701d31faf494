/** Numbers that follow from a seed: for names and ids, so that a run can be repeated. Never for keys. */
export interface SeededRandom {
  /** A whole number from 0 to `below` − 1. */
  readonly integer: (below: number) => number
  /** Lowercase hexadecimal. */
  readonly hex: (bytes: number) => string
}

/** Mulberry32 over an FNV-1a hash of the seed: small, well spread, and nothing secret. */
export function createSeededRandom(seed: string): SeededRandom {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (below: number): number => Math.floor(next() * below)
  return {
    integer,
    hex: (bytes) => Array.from({ length: bytes }, () => integer(256).toString(16).padStart(2, '0')).join(''),
  }
}
