import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { freePort, startHello } from '../browser/hello-server.ts'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { sample } from '../support/sample.ts'
import { type Baselines, openBaselines } from './baselines.ts'
import { readBoxes } from './boxes.ts'
import {
  accessibilityFaults,
  layoutFaults,
  motionFaults,
  shiftFaults,
  structureFaults,
} from './page-checks.ts'
import { capture, forgetShifts, hideNumbers, type StillPage, show, views } from './still-page.ts'
import { type Screen, screens, walkThroughBank } from './walk.ts'

/** `npm test` sees every screen in English, in one size light and in the other dark; `.ci/run` all there is. */
const languages = sample<readonly ('en' | 'de')[]>({ small: ['en'], large: ['en', 'de'], full: ['en', 'de'] })
const viewsOf = (screen: Screen) => {
  const turn = screens.indexOf(screen) % 2
  return sample({
    small: views.filter((_, index) => index === turn || index === 3 - turn),
    large: views,
    full: views,
  })
}

describe.skipIf(chromiumPath === undefined).each(languages)('the looks of the bank (%s)', (language) => {
  const faults = new Map<string, readonly string[]>()
  let written: readonly string[]
  let browser: Browser

  beforeAll(async () => {
    const data = mkdtempSync(join(tmpdir(), 'keybound-looks-'))
    const server = await startHello(data, await freePort(), {}, 'bank')
    browser = await launchBrowser()
    let baselines: Baselines | undefined
    try {
      written = await walkThroughBank(browser, server.address, language, async (screen, still) => {
        baselines ??= await openBaselines(language, still.page)
        faults.set(screen, await judge(screen, language, still, baselines))
      })
      baselines?.close()
    } finally {
      await browser.close()
      await server.stop()
      rmSync(data, { recursive: true, force: true })
    }
  }, 900_000)

  test.each(screens)('%s looks as it did, fits, and can be used by everybody', (screen) => {
    expect(faults.get(screen)).toEqual([])
  })

  test('nothing was written to the console', () => {
    expect(written).toEqual([])
  })
})

/** Everything that is wrong with a screen, in every view. */
async function judge(
  screen: Screen,
  language: string,
  still: StillPage,
  baselines: Baselines,
): Promise<readonly string[]> {
  const { page, devtools } = still
  const faults = [...(await shiftFaults(page))]
  for (const view of viewsOf(screen)) {
    await show(page, view)
    await hideNumbers(page)
    // Of German one view is kept as pictures, of the others where everything lies: it is there for its long words.
    const picture = language === 'en' || view.name === 'phone-light' ? await capture(devtools) : undefined
    const found = [
      ...baselines.faults(`${screen}-${view.name}`, await readBoxes(page), picture),
      ...(await layoutFaults(page)),
      ...(await structureFaults(page, language)),
      ...(await motionFaults(page)),
      ...(await accessibilityFaults(devtools)),
    ]
    faults.push(...found.map((fault) => `${view.name}: ${fault}`))
  }
  await show(page, views[0] as (typeof views)[0])
  await forgetShifts(page)
  return faults
}
