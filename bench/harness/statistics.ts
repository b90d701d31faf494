/** A value with the interval that holds it with the stated confidence. */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** A source of uniform numbers in [0, 1) that gives the same numbers for the same seed. */
export type Uniform = () => number

/** Mulberry32: plenty for shuffling and resampling, and the same everywhere. */
export function seeded(seed: number): Uniform {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The value below which the share `q` (0 to 1) of the values lies, interpolated. Throws RangeError for no values. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('Unexpected empty list, expected at least one value.')
  const sorted = Float64Array.from(values).sort()
  const position = (sorted.length - 1) * q
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Element by element `values / floor`. Throws RangeError when they are not paired. */
export function pairedRatios(values: readonly number[], floor: readonly number[]): number[] {
  if (values.length !== floor.length) {
    throw new RangeError(
      `Unexpected ${values.length} values for ${floor.length} of the floor, expected pairs.`,
    )
  }
  return values.map((value, index) => value / (floor[index] ?? Number.NaN))
}

/**
 * The median with its percentile bootstrap interval.
 *
 * @param options.confidence default 0.95
 * @param options.resamples default 2,000
 */
export function estimateMedian(
  values: readonly number[],
  uniform: Uniform,
  options: { readonly confidence?: number; readonly resamples?: number } = {},
): Estimate {
  const { confidence = 0.95, resamples = 2000 } = options
  const medians = Array.from({ length: resamples }, () => {
    return median(Array.from(values, () => values[Math.floor(uniform() * values.length)] ?? Number.NaN))
  })
  const tail = (1 - confidence) / 2
  return { median: median(values), low: quantile(medians, tail), high: quantile(medians, 1 - tail) }
}

/** A new array in an order drawn from `uniform` (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], uniform: Uniform): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const chosen = Math.floor(uniform() * (last + 1))
    const moved = result[last] as T
    result[last] = result[chosen] as T
    result[chosen] = moved
  }
  return result
}
