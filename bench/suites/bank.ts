import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startHello } from '../../test/browser/hello-server.ts'
import { launchBrowser } from '../../test/support/browser.ts'
import type { Plan } from '../harness/comparison.ts'
import { type Moment, openSlowBrowser, slowedBy } from './bank/opening.ts'
import type { Effort } from './effort.ts'

/** The first visit loads everything; every later one finds the hashed files kept. */
type Visit = 'first' | 'again'

/** A painted mark is not yet an app: the two moments are compared apart, and the aim is of the first alone. */
const moments: Readonly<
  Record<Moment, { readonly title: string; readonly until: string; readonly aimWall?: number }>
> = {
  paint: {
    title: 'to the first paint',
    until: 'the first text or picture painted, which is the mark that stands in the page itself',
    aimWall: 1_000_000,
  },
  form: {
    title: 'to a form that can be used',
    until: 'the end of the frame that draws the sign-in form, when it takes what is typed',
  },
}

const visits: Readonly<Record<Visit, { readonly title: string; readonly loaded: string }>> = {
  first: { title: 'Opening the bank for the first time', loaded: 'Nothing was loaded before.' },
  again: {
    title: 'Opening the bank again',
    loaded: 'The browser has kept the files of earlier visits.',
  },
}

const floor = 'a page of plain HTML'
const none = { verifies: 'nothing', commits: 'nothing', issues: 'nothing' } as const

/** From the click on a link to the bank's first paint, and to its usable form, against a page that has nothing to do. */
export function bankPlans(effort: Effort) {
  const names = Object.keys(visits) as readonly Visit[]
  const plan = (id: string, visit: Visit, moment: Moment) => ({
    id,
    start: () => start(effort, id, visit, moment),
  })
  return names.flatMap((visit) => [
    plan(`bank-${visit}`, visit, 'paint'),
    plan(`bank-form-${visit}`, visit, 'form'),
  ])
}

async function start(
  effort: Effort,
  id: string,
  visit: Visit,
  moment: Moment,
): Promise<Plan & { readonly stop: () => Promise<void> }> {
  const { title, until, aimWall } = moments[moment]
  const data = mkdtempSync(join(tmpdir(), 'keybound-bench-bank-'))
  const bank = await startHello(data, await freePort(), {}, 'bank')
  const plain = await servePlainPage()
  const browser = await launchBrowser()
  const slow = await openSlowBrowser(browser, visit === 'again')
  const side = (name: string, address: string) => ({
    name,
    ...none,
    runBlock: () => slow.open(address, 'Sign in', moment),
  })
  return {
    id,
    title: `${visits[visit].title}: ${title}`,
    question:
      `Chromium with a processor slowed ${slowedBy} times, server warm and on the same machine: from the click on a link to ` +
      `${until} (wall), and the work of the main thread until the sign-in stands there (CPU). ${visits[visit].loaded}`,
    floor,
    subject: 'the bank',
    ...(aimWall !== undefined && { aimWall }),
    sides: [side('the bank', `${bank.address}/`), side(floor, plain.address)],
    rounds: Math.min(effort.rounds, effort.smoke ? 2 : 30),
    warmUp: Math.min(effort.warmUp, effort.smoke ? 1 : 3),
    block: 1,
    keys: 1,
    async stop() {
      await slow.close()
      await browser.close()
      await plain.close()
      await bank.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

async function servePlainPage(): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const html =
    '<!doctype html><html lang="en"><title>Plain</title><h1>Sign in</h1><form><input><button>Go</button></form></html>'
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      .end(html)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
