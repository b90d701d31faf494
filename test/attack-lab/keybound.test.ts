import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { carryOut, type OpenLab, openLab } from '../../apps/attack-lab/lab.ts'
import { tried } from './tried.ts'

/** What no app can stop, and SECURITY.md says so; what finds nothing to attack, as there is no local PIN. */
const exceptions: Readonly<Record<string, string>> = {
  A15: 'residual',
  A22: 'residual',
  A24: 'notApplicable',
  B07: 'residual',
}

describe('the attack lab', () => {
  let lab: OpenLab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(() => lab.close())

  test.each(tried)('$id: Keybound loses nothing', async (attack) => {
    const { result, observed } = await carryOut(lab, lab.keybound, attack)
    expect(result, observed).toBe(exceptions[attack.id] ?? 'held')
  })
})
