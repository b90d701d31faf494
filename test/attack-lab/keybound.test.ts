import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyboundApps } from '../../apps/attack-lab/keybound/apps.ts'
import { carryOut, type OpenLab, openLab } from '../../apps/attack-lab/lab.ts'
import type { PhoneSystem } from '../../apps/attack-lab/target/target.ts'
import { tried } from './tried.ts'

/** What no app can stop, and SECURITY.md says so; what finds nothing to attack, as there is no local PIN. */
const common = { A15: 'residual', A22: 'residual', A24: 'notApplicable', B07: 'residual', B08: 'residual' }
const exceptions: { readonly [S in PhoneSystem]: Readonly<Record<string, string>> } = {
  android: common,
  ios: { ...common, A21: 'residual' },
}

describe.each(keyboundApps)('the attack lab: $name', (app) => {
  let lab: OpenLab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(() => lab.close())

  const applicable = tried.filter(({ only = app.system }) => only === app.system)
  test.each(applicable)('$id: loses nothing', async (attack) => {
    const { result, observed } = await carryOut(lab, app, attack)
    expect(result, observed).toBe(exceptions[app.system][attack.id] ?? 'held')
  })
})
