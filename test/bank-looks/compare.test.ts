import { describe, expect, test } from 'vitest'
import { compareBoxes } from './boxes.ts'
import { comparePictures, otherFonts, sameFonts } from './compare.ts'
import { type Pixels, readPng, writePng } from './png.ts'

/** A card on a ground with lines of text and a button, as a screen has them. */
function screen(
  change: Partial<{
    button: readonly [number, number, number]
    down: number
    words: number
    ink: readonly number[]
  }> = {},
): Pixels {
  const { button = [15, 118, 110], down = 0, words = 6, ink = [18, 33, 31] } = change
  const [width, height] = [390, 844]
  const rgb = new Uint8Array(width * height * 3)
  const fill = (x: number, y: number, w: number, h: number, colour: readonly number[]) => {
    for (let row = y; row < y + h; row++)
      for (let column = x; column < x + w; column++) rgb.set(colour, (row * width + column) * 3)
  }
  fill(0, 0, width, height, [238, 243, 242])
  fill(20, 120, 350, 500, [255, 255, 255])
  for (let word = 0; word < words; word++)
    for (let stroke = 0; stroke < 8; stroke++) fill(44 + word * 46 + stroke * 4, 200, 1, 14, ink)
  fill(44, 500 + down, 300, 48, button)
  return { width, height, rgb }
}

describe('the comparison of pictures', () => {
  const expected = screen()
  const fault = (actual: Pixels, tolerance = sameFonts) => comparePictures(expected, actual, tolerance).fault

  test('finds the same picture the same, also after it was written and read', () => {
    expect(fault(expected)).toBeUndefined()
    expect(fault(readPng(writePng(expected)))).toBeUndefined()
  })

  test('forgives letters that another version draws a little heavier', () => {
    expect(fault(screen({ ink: [0, 10, 8] }))).toBeUndefined()
  })

  test('sees a button of another colour, also of the same lightness', () => {
    expect(fault(screen({ button: [45, 212, 191] }))).toMatch(/differs/)
    expect(fault(screen({ button: [196, 75, 90] }))).toMatch(/differs/)
  })

  test('sees a button that moved by a few pixels, and a word that went', () => {
    expect(fault(screen({ down: 6 }))).toMatch(/differs, expected at most 0\.4 %; most at \d+, \d+/)
    expect(fault(screen({ words: 5 }))).toMatch(/differs/)
  })

  test('sees a large change also where the fonts are others', () => {
    const gone = { ...expected, rgb: expected.rgb.map((_, at) => [238, 243, 242][at % 3] ?? 0) }
    expect(fault(screen({ words: 5 }), otherFonts)).toBeUndefined()
    expect(fault(gone, otherFonts)).toMatch(/differs/)
    const dark = { ...expected, rgb: expected.rgb.map((value) => 255 - value) }
    expect(fault(dark, otherFonts)).toMatch(/differs/)
  })

  test('sees another size', () => {
    const half = { width: 195, height: 844, rgb: expected.rgb.subarray(0, 195 * 844 * 3) }
    expect(fault(half)).toBe('195 pixels wide, expected 390')
    const short = { ...expected, height: 600, rgb: expected.rgb.subarray(0, 390 * 600 * 3) }
    expect(fault(short)).toBe('600 pixels high, expected 844')
  })
})

describe('the comparison of boxes', () => {
  const expected = { 'button Unlock': [20, 300, 350, 48], 'heading Locked': [20, 200, 350, 32] } as const

  test('finds elements that moved, that went and that came', () => {
    const actual = { 'button Unlock': [20, 304, 350, 48], alert: [20, 240, 350, 60] } as const
    expect(compareBoxes(expected, actual, 3)).toEqual([
      'alert: not expected here',
      'button Unlock: at [20,304,350,48], expected [20,300,350,48]',
      'heading Locked: missing',
    ])
    expect(compareBoxes(expected, expected, 0)).toEqual([])
  })
})

describe('pictures', () => {
  test('are written small and read as they were, to their sixteen colours', () => {
    const picture = screen()
    const file = writePng(picture)
    expect(file.length).toBeLessThan(2000)
    expect(Buffer.from(readPng(file).rgb).equals(Buffer.from(picture.rgb))).toBe(true)
  })

  test('that are none are refused', () => {
    expect(() => readPng(Buffer.from('GIF89a, no PNG'))).toThrow('expected a PNG')
  })
})
