import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { carryOut, type OpenLab, openLab } from '../../apps/attack-lab/lab.ts'
import type { App } from '../../apps/attack-lab/target/virtual-target.ts'
import { sample } from '../support/sample.ts'
import { tried } from './tried.ts'

/** What each event-based app loses, by the patterns the catalogue of attacks says fall. */
const lost: Readonly<Record<string, readonly string[]>> = {
  'boolean gate': 'A01 A02 A03 A06 A07 A09 A11 A12 A13 A15 A16 A18 A20 B01 B03 B04 B06 B08'.split(' '),
  'opt-in flag': 'A01 A02 A03 A06 A07 A08 A09 A11 A12 A13 A15 A16 A18 A20 B01 B03 B04 B06 B08'.split(' '),
  'self-check': 'A01 A03 A06 A07 A09 A11 A12 A15 B01 B03 B06 B08'.split(' '),
  'validity window': 'A07 A11 A13 A15 A16 A18 A19 A21 B06 B08'.split(' '),
  'credential fallback': 'A07 A15 A16 A18 A19 B06 B08'.split(' '),
  'silent re-creation': 'A07 A15 A16 A18 B01 B03 B04 B06 B08'.split(' '),
  'app PIN': 'A07 A15 A24 A25 B06 B08'.split(' '),
  'keychain gate': 'A04 A06 A07 A09 A11 A13 A15 A16 A18 A27 B02 B06 B08'.split(' '),
}

describe('the attack lab', () => {
  let lab: OpenLab
  let apps: readonly App[]

  beforeAll(async () => {
    lab = await openLab()
    apps = sample({ small: lab.naive.slice(0, 1), large: lab.naive, full: lab.naive })
  })
  afterAll(() => lab.close())

  test.each(tried)('$id: event-based apps lose what they are known to lose', async (attack) => {
    for (const app of apps) {
      const { result, observed } = await carryOut(lab, app, attack)
      const falls = lost[app.name]?.includes(attack.id)
      expect(result === 'lost', `${app.name}: ${observed}`).toBe(falls)
    }
  })
})
