import { type ComparisonResult, meetsAim, subjectOf } from '../harness/comparison.ts'
import type { Estimate } from '../harness/statistics.ts'

/** The figure that matters in a comparison, as it is printed: the subject's time where that is the aim, else its ratio. */
export interface Figure {
  readonly name: string
  readonly median: string
  readonly low: string
  readonly high: string
  readonly unit: string
  /** The most that is aimed at, with its unit. */
  readonly aim: string | undefined
  readonly verdict: 'met' | 'missed'
}

/** Says what a comparison found. */
export function figureOf(result: ComparisonResult): Figure {
  const { name, ratio, wall } = subjectOf(result)
  const { aim, aimWall, floor } = result
  const verdict = meetsAim(result) ? 'met' : 'missed'
  if (aimWall === undefined) {
    const most = aim === undefined ? undefined : `${aim} ×`
    return { name, ...printed(ratio, hundredths), unit: `× ${floor}`, aim: most, verdict }
  }
  return { name, ...printed(wall, milliseconds), unit: 'ms', aim: `${milliseconds(aimWall)} ms`, verdict }
}

function printed({ median, low, high }: Estimate, text: (value: number) => string) {
  return { median: text(median), low: text(low), high: text(high) }
}

function hundredths(ratio: number): string {
  return ratio.toFixed(2)
}

function milliseconds(micros: number): string {
  return (micros / 1000).toFixed(0)
}
