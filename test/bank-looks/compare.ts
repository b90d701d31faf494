import type { Pixels } from './png.ts'

/** Side of a cell, in pixels: about a line of small text, so that letters become grey. */
const cell = 12

/** How far two pictures may lie apart and still be the same picture. */
export interface Tolerance {
  /** Most difference of a cell, of 255, averaged over it and its neighbours. */
  readonly cell: number
  /** Most part of the cells that may lie further apart. */
  readonly share: number
}

/** Of letters that another version of the browser draws a little heavier or a pixel further on. */
export const sameFonts: Tolerance = { cell: 10, share: 0.004 }
/** Of letters of another width, which may break a line elsewhere: only what is large still counts. */
export const otherFonts: Tolerance = { cell: 40, share: 0.02 }

/** How two pictures compare. */
export interface Comparison {
  /** Why they are not the same picture; none when they are. */
  readonly fault: string | undefined
  /** Part of the cells that lie further apart than they may. */
  readonly share: number
  /** The cell that lies furthest apart, by its corner in pixels, and how far, of 255. */
  readonly worst: { readonly x: number; readonly y: number; readonly difference: number }
}

/**
 * Compares two pictures as a person does who stands back: each is made of cells of twelve pixels, softened by their
 * neighbours; the mean red, green and blue of each is compared, so a changed colour of equal lightness is seen too.
 */
export function comparePictures(expected: Pixels, actual: Pixels, tolerance: Tolerance): Comparison {
  const none = { x: 0, y: 0, difference: 0 }
  if (expected.width !== actual.width)
    return { fault: `${actual.width} pixels wide, expected ${expected.width}`, share: 1, worst: none }
  // A page as high as its content may be a line higher elsewhere; what both have is compared.
  const height = Math.min(expected.height, actual.height)
  const difference = Math.abs(expected.height - actual.height) / expected.height
  if (difference > tolerance.share * 10)
    return { fault: `${actual.height} pixels high, expected ${expected.height}`, share: 1, worst: none }

  const columns = Math.ceil(expected.width / cell)
  const before = soften(cellsOf(expected, height), columns)
  const after = soften(cellsOf(actual, height), columns)
  let beyond = 0
  let worst = none
  for (let index = 0; index < before.length / 3; index++) {
    const apart = Math.max(...[0, 1, 2].map((c) => Math.abs(at(before, index, c) - at(after, index, c))))
    if (apart > tolerance.cell) beyond++
    if (apart > worst.difference)
      worst = {
        x: (index % columns) * cell,
        y: Math.floor(index / columns) * cell,
        difference: Math.round(apart),
      }
  }
  const share = beyond / (before.length / 3)
  const percent = (part: number) => `${(part * 100).toFixed(1)} %`
  const fault = `${percent(share)} of the picture differs, expected at most ${percent(tolerance.share)}; most at ${worst.x}, ${worst.y}`
  return { fault: share > tolerance.share ? fault : undefined, share, worst }
}

function at(cells: Float64Array, index: number, channel: number): number {
  return cells[index * 3 + channel] ?? 0
}

/** The mean colour of each cell, row by row. */
function cellsOf({ width, rgb }: Pixels, height: number): Float64Array {
  const columns = Math.ceil(width / cell)
  const rows = Math.ceil(height / cell)
  const sums = new Float64Array(columns * rows * 3)
  const counts = new Uint32Array(columns * rows)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell) * columns
    for (let x = 0; x < width; x++) {
      const index = row + Math.floor(x / cell)
      const from = (y * width + x) * 3
      counts[index] = (counts[index] ?? 0) + 1
      for (let c = 0; c < 3; c++) sums[index * 3 + c] = at(sums, index, c) + (rgb[from + c] ?? 0)
    }
  }
  return sums.map((sum, position) => sum / (counts[Math.floor(position / 3)] ?? 1))
}

/** Each cell as the mean of itself and its neighbours. */
function soften(cells: Float64Array, columns: number): Float64Array {
  const rows = cells.length / 3 / columns
  return cells.map((_, position) => {
    const [index, channel] = [Math.floor(position / 3), position % 3]
    const [column, row] = [index % columns, Math.floor(index / columns)]
    let [sum, count] = [0, 0]
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
        sum += at(cells, y * columns + x, channel)
        count++
      }
    return sum / count
  })
}
