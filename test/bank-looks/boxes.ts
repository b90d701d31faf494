import type { Page } from 'playwright-core'

/** Where each named element of a screen lies: `[left, top, width, height]` in CSS pixels, by role and name. */
export type Boxes = Readonly<Record<string, readonly [number, number, number, number]>>

/** Reads what a person could point at by name: headings, buttons, text boxes, alerts that say something. */
export function readBoxes(page: Page): Promise<Boxes> {
  return page.evaluate(() => {
    const boxes: Record<string, [number, number, number, number]> = {}
    for (const element of document.querySelectorAll(
      '[role=heading], h1, h2, button, [role=radio], input, [role=alert]',
    )) {
      const { x, y, width, height } = element.getBoundingClientRect()
      const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
      if (width === 0 || height === 0 || name === '') continue
      const role = element.getAttribute('role') ?? element.tagName.toLowerCase()
      const first = `${role} ${role === 'alert' ? '' : name}`.trim()
      let key = first
      for (let count = 2; key in boxes; count++) key = `${first} (${count})`
      boxes[key] = [Math.round(x), Math.round(y), Math.round(width), Math.round(height)]
    }
    return boxes
  })
}

/** Says which elements came, went, or lie or measure otherwise by more than `tolerance` CSS pixels. */
export function compareBoxes(expected: Boxes, actual: Boxes, tolerance: number): readonly string[] {
  const faults = Object.keys(actual)
    .filter((name) => !(name in expected))
    .map((name) => `${name}: not expected here`)
  for (const [name, box] of Object.entries(expected)) {
    const now = actual[name]
    if (!now) faults.push(`${name}: missing`)
    else if (box.some((value, side) => Math.abs(value - (now[side] ?? 0)) > tolerance))
      faults.push(`${name}: at [${now}], expected [${box}]`)
  }
  return faults
}
