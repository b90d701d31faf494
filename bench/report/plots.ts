import type { ComparisonResult, SideResult } from '../harness/comparison.ts'
import { quantile } from '../harness/statistics.ts'
import { element, escaped, linearScale, ratioScale, type Scale } from './svg.ts'

const width = 760
const labelWidth = 200
const right = width - 24

/**
 * The ratios to the floor, a row a side: each round a dot, the median with its interval a bar, the aim a line.
 * Rounds outside the middle 98 % are drawn at the edge.
 */
export function ratioPlot(result: ComparisonResult): string {
  const rowHeight = 64
  const bottom = 16 + result.sides.length * rowHeight
  const scale = ratioScale(...ratioRange(result), labelWidth, right)
  const rows = result.sides.map((side, index) =>
    ratioRow(side, 16 + index * rowHeight, rowHeight, scale, result),
  )
  return picture(
    bottom + 44,
    `Ratio of processor time to that of ${result.floor}: ${result.sides.map(inWords).join('; ')}.`,
    axis(scale, 16, bottom, '× floor'),
    result.aim === undefined ? '' : aimLine(result.aim, scale, bottom),
    ...rows,
  )
}

function aimLine(aim: number, scale: Scale, bottom: number): string {
  const at = scale.at(aim)
  const line = element('line', { x1: at, x2: at, y1: 8, y2: bottom, class: 'aim' })
  return line + element('text', { x: at + 5, y: 16, class: 'small' }, `aim ${aim} ×`)
}

function ratioRow(
  side: SideResult,
  top: number,
  height: number,
  scale: Scale,
  result: ComparisonResult,
): string {
  const floor = result.sides.find((one) => one.name === result.floor) ?? side
  const middle = top + height / 2
  const dots = side.rounds.map((cost, round) => {
    const ratio = cost.cpu / (floor.rounds[round]?.cpu ?? Number.NaN)
    // Spread by the golden angle: even, and the same in every drawing.
    const spread = ((round * 0.618034) % 1) - 0.5
    return { x: scale.at(ratio), y: middle + spread * height * 0.5 }
  })
  const { low, high, median } = side.ratio
  return element(
    'g',
    { class: colour(result, side) },
    dotPaths(dots),
    element('rect', {
      x: scale.at(low) - 1,
      y: middle - 14,
      width: scale.at(high) - scale.at(low) + 2,
      height: 28,
      rx: 2,
      class: 'interval',
    }),
    element('text', { x: 0, y: middle - 3, class: 'name' }, escaped(side.name)),
    element(
      'text',
      { x: 0, y: middle + 15, class: 'small' },
      `${median.toFixed(2)} × (${low.toFixed(2)}–${high.toFixed(2)})`,
    ),
  )
}

interface Dot {
  readonly x: number
  readonly y: number
}

/**
 * Dots as lines without length, a seventh of the characters of a circle each. Those of one path do not darken where they
 * lie on each other; those of several do.
 */
function dotPaths(dots: readonly Dot[]): string {
  const paths = Array.from({ length: 4 }, (_, path) => dots.filter((_, dot) => dot % 4 === path))
  return paths
    .filter((some) => some.length > 0)
    .map((some) => {
      const d = some.map(({ x, y }) => `M${tenths(x)} ${tenths(y)}h0`)
      return element('path', { d: d.join(''), class: 'dots' })
    })
    .join('')
}

/** A coordinate, no finer than it can be seen. */
function tenths(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Processor time per operation over the rounds: shows drift, warm-up left over, and slow spells. */
export function coursePlot(result: ComparisonResult): string {
  const bottom = 180
  const values = result.sides.flatMap((side) => side.rounds.map((cost) => cost.cpu))
  const rounds = result.sides[0]?.rounds.length ?? 1
  const x = linearScale(0, Math.max(rounds - 1, 1), labelWidth, right)
  const y = linearScale(0, quantile(values, 0.995) * 1.05, bottom, 12)
  const lines = result.sides.map((side) => {
    const points = side.rounds.map((cost, round) => `${tenths(x.at(round))},${tenths(y.at(cost.cpu))}`)
    return element('polyline', { points: points.join(' '), class: `course ${colour(result, side)}` })
  })
  const grid = y.ticks.map((tick) => {
    const line = element('line', { x1: labelWidth, x2: right, y1: y.at(tick), y2: y.at(tick), class: 'grid' })
    return line + element('text', { x: labelWidth - 8, y: y.at(tick) + 4, class: 'tick end' }, String(tick))
  })
  return picture(
    bottom + 44,
    `Processor time per operation over ${rounds} rounds.`,
    ...grid,
    element('text', { x: 0, y: 24, class: 'small' }, 'µs per operation'),
    axis(x, bottom, bottom, 'round'),
    ...lines,
  )
}

/** The class that colours a side; the same in every plot of a comparison. */
export function colour(result: ComparisonResult, side: SideResult): string {
  if (side.name === result.floor) return 'side-floor'
  return side.name === result.subject ? 'side-subject' : 'side-other'
}

function ratioRange({ sides, aim, floor }: ComparisonResult): [number, number] {
  const base = sides.find((side) => side.name === floor)?.rounds ?? []
  const ratios = sides.flatMap((side) =>
    side.rounds.map((cost, round) => cost.cpu / (base[round]?.cpu ?? Number.NaN)),
  )
  const highest = Math.max(quantile(ratios, 0.99), (aim ?? 1) * 1.05)
  return [Math.min(quantile(ratios, 0.01), 0.9), highest * 1.02]
}

function axis(scale: Scale, top: number, bottom: number, title: string): string {
  const ticks = scale.ticks.map((tick) => {
    const at = scale.at(tick)
    const line = element('line', { x1: at, x2: at, y1: top, y2: bottom, class: 'grid' })
    return line + element('text', { x: at, y: bottom + 18, class: 'tick middle' }, String(tick))
  })
  return ticks.join('') + element('text', { x: right, y: bottom + 38, class: 'small end' }, escaped(title))
}

function picture(height: number, description: string, ...content: readonly string[]): string {
  const attributes = { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': description }
  return element('svg', attributes, ...content)
}

function inWords({ name, ratio }: SideResult): string {
  return `${name} ${ratio.median.toFixed(2)} (95 % interval ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`
}
