import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startHello } from '../../test/browser/hello-server.ts'
import { launchBrowser } from '../../test/support/browser.ts'
import type { Plan } from '../harness/comparison.ts'
import { openSlowBrowser, slowedBy } from './bank/opening.ts'
import type { Effort } from './effort.ts'

/** The first visit loads everything; every later one finds the hashed files kept. */
type Visit = 'first' | 'again'

const titles: Readonly<Record<Visit, string>> = {
  first: 'Opening the bank for the first time',
  again: 'Opening the bank again',
}

const floor = 'a page of plain HTML'
const none = { verifies: 'nothing', commits: 'nothing', issues: 'nothing' } as const

/** From the click on a link to the bank's first paint, against a page that has nothing to do. */
export function bankPlans(effort: Effort) {
  const visits: readonly Visit[] = ['first', 'again']
  return visits.map((visit) => ({ id: `bank-${visit}`, start: () => start(effort, visit) }))
}

async function start(effort: Effort, visit: Visit): Promise<Plan & { readonly stop: () => Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'keybound-bench-bank-'))
  const bank = await startHello(data, await freePort(), {}, 'bank')
  const plain = await servePlainPage()
  const browser = await launchBrowser()
  const slow = await openSlowBrowser(browser, visit === 'again')
  const side = (name: string, address: string) => ({
    name,
    ...none,
    runBlock: () => slow.open(address, 'Sign in'),
  })
  return {
    id: `bank-${visit}`,
    title: titles[visit],
    question:
      `Chromium with a processor slowed ${slowedBy} times, server warm and on the same machine: from the click on a link to the ` +
      'first text painted (wall), and the work of the main thread until the sign-in stands there (CPU). ' +
      (visit === 'first'
        ? 'Nothing was loaded before.'
        : 'The browser has kept the files of earlier visits.'),
    floor,
    subject: 'the bank',
    aimWall: 1_000_000,
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
  const html = '<!doctype html><html lang="en"><title>Plain</title><h1>Sign in</h1></html>'
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
