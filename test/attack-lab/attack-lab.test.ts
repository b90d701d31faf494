import { createVirtualAuthority } from '@keybound/virtual-phone'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attacks } from '../../apps/attack-lab/attacks/catalogue.ts'
import { keyboundApp } from '../../apps/attack-lab/keybound/app.ts'
import { carryOut } from '../../apps/attack-lab/lab.ts'
import { naiveTargets } from '../../apps/attack-lab/naive/apps.ts'
import { reportHtml } from '../../apps/attack-lab/report/html.ts'
import { openLabServer } from '../../apps/attack-lab/target/server.ts'
import type { App, Lab } from '../../apps/attack-lab/target/virtual-target.ts'
import { sample } from '../support/sample.ts'

/** What each event-based app loses, by the patterns the catalogue of attacks says fall. */
const lost: Readonly<Record<string, readonly string[]>> = {
  'boolean gate': 'A01 A02 A03 A06 A09 A11 A13 A15 A16 A18 A20 B01 B04 B06'.split(' '),
  'opt-in flag': 'A01 A02 A03 A06 A08 A09 A11 A13 A15 A16 A18 A20 B01 B04 B06'.split(' '),
  'self-check': 'A01 A03 A06 A09 A11 A15 B01 B06'.split(' '),
  'validity window': 'A11 A13 A15 A16 A18 A19 B06'.split(' '),
  'credential fallback': 'A15 A16 A18 A19 B06'.split(' '),
  'silent re-creation': 'A15 A16 A18 B01 B04 B06'.split(' '),
  'app PIN': 'A15 A24 A25 B06'.split(' '),
}

/** What no app can stop, and SECURITY.md says so; what finds nothing to attack, as there is no local PIN. */
const exceptions: Readonly<Record<string, string>> = {
  A15: 'residual',
  A22: 'residual',
  A24: 'notApplicable',
  B07: 'residual',
}

/** In a small sample: the forced success, the swallowed refusal, the stranger's own finger, the search of the memory. */
const few = new Set(['A01', 'A03', 'A16', 'B06'])
const tried = attacks.filter(({ id }) => sample({ small: few.has(id), large: true, full: true }))

describe('the attack lab', () => {
  let lab: Lab
  let apps: readonly App[]

  beforeAll(async () => {
    const authority = await createVirtualAuthority()
    lab = { authority, server: await openLabServer(authority) }
    apps = sample({
      small: naiveTargets(lab.server).slice(0, 1),
      large: naiveTargets(lab.server),
      full: naiveTargets(lab.server),
    })
  })
  afterAll(() => lab.server.close())

  test.each(tried)('$id: Keybound loses nothing', { timeout: 120_000 }, async (attack) => {
    const { result } = await carryOut(lab, keyboundApp, attack)
    expect(result).toBe(exceptions[attack.id] ?? 'held')
  })

  test.each(tried)(
    '$id: event-based apps lose what they are known to lose',
    {
      timeout: 300_000,
    },
    async (attack) => {
      for (const app of apps) {
        const { result, observed } = await carryOut(lab, app, attack)
        const falls = lost[app.name]?.includes(attack.id)
        expect(result === 'lost', `${app.name}: ${observed}`).toBe(falls)
      }
    },
  )

  test('writes what was observed as text, whatever it holds', () => {
    const [attack] = attacks
    if (!attack) throw new Error('no attack')
    const outcome = { result: 'held', observed: '<script>alert("x")</script>' } as const
    const page = reportHtml({ at: 'now', apps: [keyboundApp], rows: [{ attack, outcomes: [outcome] }] })
    expect(page).not.toContain('<script>')
    expect(page).toContain('&#60;script&#62;')
  })
})
