import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { CDPSession, Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds against WCAG 2.2 AA and its own best practices, each as `rule: element`. */
export async function accessibilityFaults(devtools: CDPSession): Promise<readonly string[]> {
  // Through the debugger, because the page's policy lets no foreign script in; once for each document.
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`
  const evaluate = async (expression: string) =>
    (await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result
      .value
  if (!(await evaluate(`'axe' in window`))) await evaluate(axe)
  return (await evaluate(run)) as readonly string[]
}

/** What a screen reader needs to find its way: one main part, one first heading, no level left out, a language. */
export async function structureFaults(page: Page, language: string): Promise<readonly string[]> {
  const found = await page.evaluate(() => ({
    mains: document.querySelectorAll('main, [role=main]').length,
    levels: [...document.querySelectorAll('h1, h2, h3, [role=heading]')].map((heading) =>
      Number(heading.getAttribute('aria-level') ?? heading.tagName.slice(1)),
    ),
    language: document.documentElement.lang,
    title: document.title,
  }))
  const faults: string[] = []
  if (found.mains !== 1) faults.push(`${found.mains} main parts, expected one`)
  if (found.levels.filter((level) => level === 1).length !== 1 || found.levels[0] !== 1)
    faults.push(`headings of levels ${found.levels}, expected one of level 1 before all others`)
  if (found.levels.some((level, index) => level > (found.levels[index - 1] ?? 0) + 1))
    faults.push(`headings of levels ${found.levels}, expected none left out`)
  if (found.language !== language) faults.push(`language "${found.language}", expected "${language}"`)
  if (found.title === '') faults.push('no title')
  return faults
}

/** What does not fit: wider than the window, text cut off, targets too small to hit or on top of each other. */
export function layoutFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
    if (wide > 0) faults.push(`the page is ${wide} pixels wider than the window`)
    const label = (element: Element) =>
      `"${(element.getAttribute('aria-label') ?? element.textContent ?? '').slice(0, 40)}"`
    for (const element of document.querySelectorAll<HTMLElement>('#root *')) {
      const { left, right } = element.getBoundingClientRect()
      if (right > innerWidth + 1 || left < -1) faults.push(`${label(element)} reaches out of the window`)
      const cut = element.scrollWidth - element.clientWidth
      const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE)
      if (text && cut > 1 && getComputedStyle(element).display !== 'inline')
        faults.push(`${label(element)} is cut off by ${cut} pixels`)
    }
    const targets = [...document.querySelectorAll('button, input, [role=button], [role=radio]')]
    for (const [index, target] of targets.entries()) {
      const box = target.getBoundingClientRect()
      // Thumbs: WCAG 2.2 wants 24 CSS pixels (2.5.8), this app 40.
      if (box.height < 40 || box.width < 40)
        faults.push(`${label(target)} is ${box.width} × ${box.height} pixels`)
      for (const other of targets.slice(index + 1)) {
        const { left, right, top, bottom } = other.getBoundingClientRect()
        if (left < box.right && right > box.left && top < box.bottom && bottom > box.top)
          faults.push(`${label(target)} lies on ${label(other)}`)
      }
    }
    return faults
  })
}

/** Most that a screen may move by itself, by Chromium's measure (0 is nothing): a line more of a long refusal. */
const mostShift = 0.03

/** What moved since the last call without being new. */
export async function shiftFaults(page: Page): Promise<readonly string[]> {
  const moved = await page.evaluate(() => {
    const { layoutShifts } = window as unknown as { layoutShifts: { value: number }[] }
    return layoutShifts.splice(0).reduce((sum, { value }) => sum + value, 0)
  })
  return moved > mostShift ? [`moved by ${moved.toFixed(3)}, expected at most ${mostShift}`] : []
}

/** With reduced motion nothing may move by itself; nor otherwise, as the bank has nothing that does. */
export function motionFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    document.getAnimations().map((animation) => `an animation runs: ${animation.constructor.name}`),
  )
}
