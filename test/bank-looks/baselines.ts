import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Boxes, compareBoxes } from './boxes.ts'
import { comparePictures, otherFonts, sameFonts, type Tolerance } from './compare.ts'
import { readPng, writePng } from './png.ts'

/** With KEYBOUND_RENEW=on what is seen becomes what is expected, instead of being compared. */
const renew = process.env.KEYBOUND_RENEW === 'on'
const folder = join(import.meta.dirname, 'pictures')
const explanation =
  'If that is meant: KEYBOUND_RENEW=on npx vitest run test/bank-looks, and look at what changed'

/** What is kept of a language beside the pictures. */
interface Kept {
  /** Width of the same sentence in the font it was drawn in, in CSS pixels: tells other fonts from a change. */
  readonly font: number
  readonly boxes: Record<string, Boxes>
}

/** What the screens of one language looked like when somebody looked at them. */
export interface Baselines {
  /**
   * Says what is not as it was; without a picture only what lies elsewhere. What is seen is then written to a folder of
   * this run, which the last fault names.
   */
  readonly faults: (name: string, boxes: Boxes, png: Buffer | undefined) => readonly string[]
  /** Keeps what was renewed. */
  readonly close: () => void
}

/** Opens what is kept of a language, on a page that draws with the fonts of this machine. */
export async function openBaselines(language: string, page: Page): Promise<Baselines> {
  const file = join(folder, `${language}.json`)
  const font = await measureFont(page)
  const kept: Kept = renew ? { font, boxes: {} } : (JSON.parse(readFileSync(file, 'utf8')) as Kept)
  if (renew) clear(language)
  const familiar = Math.abs(kept.font - font) < 0.5
  if (!familiar)
    console.warn(
      `The pictures of the bank were drawn in another font (${kept.font} against ${font}): only coarse changes are seen.`,
    )
  let actualFolder: string | undefined
  const keepActual = (name: string, png: Buffer): string => {
    actualFolder ??= mkdtempSync(join(tmpdir(), 'keybound-looks-'))
    const path = join(actualFolder, `${name}.png`)
    writeFileSync(path, png)
    return path
  }

  return {
    faults(name, boxes, png) {
      const picture = join(folder, language, `${name}.png`)
      if (renew) {
        if (png) writeFileSync(picture, writePng(readPng(png)))
        kept.boxes[name] = boxes
        return []
      }
      const faults = [...compareBoxes(kept.boxes[name] ?? {}, boxes, familiar ? 3 : Number.POSITIVE_INFINITY)]
      if (png) faults.push(...pictureFaults(picture, png, familiar ? sameFonts : otherFonts))
      if (faults.length === 0 || !png) return faults
      return [...faults, `seen: ${keepActual(name, png)}, expected: ${picture}. ${explanation}`]
    },
    close() {
      if (renew) writeFileSync(file, written(kept))
    },
  }
}

function pictureFaults(picture: string, png: Buffer, tolerance: Tolerance): readonly string[] {
  if (!existsSync(picture)) return ['no picture of this is kept']
  const { fault } = comparePictures(readPng(readFileSync(picture)), readPng(png), tolerance)
  return fault === undefined ? [] : [fault]
}

/** Begins anew, where pictures of screens that are gone would stay. */
function clear(language: string): void {
  rmSync(join(folder, language), { recursive: true, force: true })
  mkdirSync(join(folder, language), { recursive: true })
}

/** One line for each element, so that a change can be read in a diff. */
function written({ font, boxes }: Kept): string {
  const screens = Object.entries(boxes).map(([name, elements]) => {
    const lines = Object.entries(elements).map(([key, box]) => `   ${JSON.stringify(key)}: [${box}]`)
    return `  ${JSON.stringify(name)}: {\n${lines.join(',\n')}\n  }`
  })
  return `{\n "font": ${font},\n "boxes": {\n${screens.join(',\n')}\n }\n}\n`
}

function measureFont(page: Page): Promise<number> {
  return page.evaluate(() => {
    const heading = document.querySelector('[role=heading], h1, h2')
    const canvas = document.createElement('canvas').getContext('2d')
    if (!heading || !canvas) return 0
    canvas.font = `600 100px ${getComputedStyle(heading).fontFamily}`
    return Math.round(canvas.measureText('Sphinx of black quartz, judge my vow 0123456789').width)
  })
}
