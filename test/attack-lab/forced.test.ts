import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { keyboundApps } from '../../apps/attack-lab/keybound/apps.ts'
import { type OpenLab, openLab } from '../../apps/attack-lab/lab.ts'
import { installed } from '../../apps/attack-lab/target/virtual-target.ts'
import { forceSuccess, forceSuccessWithObject } from '../../apps/attack-lab/tools/scripts.ts'

describe.each(keyboundApps)('success forced in the running process: $name', (app) => {
  let lab: OpenLab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(() => lab.close())

  /** What the server is asked for meanwhile. */
  async function askedDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = lab.server.asked.length
    await work()
    return lab.server.asked.slice(before).map((path) => path.replace(/[\w-]{22,}/, ':id'))
  }

  test.each([
    ['A01, A04: without an object', forceSuccess],
    ['A02: with the app’s own object', forceSuccessWithObject],
  ])('%s: nothing opens, nothing is paid, and the server sees nothing to verify', async (_title, script) => {
    const target = await installed(lab, app)
    onTestFinished(target.close)
    const account = `MALLORY-${randomBytes(8).toString('hex').toUpperCase()}`
    const payment = JSON.stringify({ account, name: 'Mallory', minor: 9_900 })
    const pay = `bank.pay(${payment}).then(() => 'paid', () => 'refused')`
    await target.hooked(async ({ evaluate }) => {
      await evaluate(script)
      const asked = await askedDuring(async () => expect(await target.open()).toHaveProperty('refused'))
      expect(asked).toEqual([])
    })

    // The same app, unhooked and touched: what the server sees of its owner.
    await target.restart()
    target.phone.touch('owner')
    const asked = await askedDuring(async () => expect(await target.open()).toHaveProperty('shown'))
    expect(asked).toEqual(expect.arrayContaining(['/v1/token', '/secret']))

    // With the session that the owner has opened, a payment can be ordered; the success approves none.
    await target.hooked(async ({ evaluate }) => {
      await evaluate(script)
      const forced = await askedDuring(async () => expect(await evaluate(pay)).toBe('refused'))
      expect(forced).not.toContain('/v1/transactions/:id/approval')
      expect(target.isPaid(account)).toBe(false)

      await evaluate('system.call = realCall')
      target.phone.touch('owner')
      const touched = await askedDuring(async () => expect(await evaluate(pay)).toBe('paid'))
      expect(touched).toContain('/v1/transactions/:id/approval')
      expect(target.isPaid(account)).toBe(true)
    })
  })
})
