/** Attributes of an element; numbers are rounded to what a screen can show. */
type Attributes = Readonly<Record<string, string | number>>

/** An SVG or HTML element as text. Children are markup; use {@link escaped} for words. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    return ` ${key}="${typeof value === 'number' ? Math.round(value * 100) / 100 : escaped(value)}"`
  })
  return `<${name}${written.join('')}>${children.join('')}</${name}>`
}

/** Words, made safe to stand in markup. */
export function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Maps a range of values to a range of the picture. */
export interface Scale {
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
}

/** A linear scale whose ticks are round numbers within the range. */
export function linearScale(low: number, high: number, start: number, end: number): Scale {
  const span = high - low || 1
  const step = roundStep(span / 6)
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.floor(high / step + 1e-9) - first + 1
  return {
    at: (value) => start + ((Math.min(Math.max(value, low), high) - low) / span) * (end - start),
    ticks: Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(6))),
  }
}

/** A logarithmic scale for ratios: as much room for 1 to 2 as for 4 to 8. */
export function ratioScale(low: number, high: number, start: number, end: number): Scale {
  const room = Math.log(high / low) || 1
  const ticks = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64]
  return {
    at: (value) => start + (Math.log(Math.min(Math.max(value, low), high) / low) / room) * (end - start),
    ticks: ticks.filter((tick) => tick >= low && tick <= high),
  }
}

/** The smallest of 1, 2 or 5 times a power of ten that is not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10)
}
