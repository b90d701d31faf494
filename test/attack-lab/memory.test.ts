import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { keyboundApps } from '../../apps/attack-lab/keybound/apps.ts'
import { type OpenLab, openLab } from '../../apps/attack-lab/lab.ts'
import type { Target } from '../../apps/attack-lab/target/target.ts'
import { installed } from '../../apps/attack-lab/target/virtual-target.ts'
import { memoryIsReadable, searchMemory } from '../../apps/attack-lab/tools/memory.ts'

/** Holds the app between the moment that it has unwrapped the data key and the one that it reads with it. */
const holdReading = `(() => {
  const read = hardware.aeadOpen
  globalThis.reading = new Promise((reached) => {
    hardware.aeadOpen = (...request) => new Promise((goOn) => {
      globalThis.goOn = () => goOn(read(...request))
      reached()
    })
  })
  globalThis.readOn = () => {
    hardware.aeadOpen = read
    goOn()
  }
})()`

/** In how many places of the app's raw memory each of its keys lies: the vault's private key, a data key. */
const found = (target: Target, keys: Awaited<ReturnType<Target['keys']>>) =>
  keys.map((key) => searchMemory(target.pid(), key))

describe.each(keyboundApps)('the raw memory of the process: $name', (app) => {
  let lab: OpenLab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(() => lab.close())

  test.skipIf(!memoryIsReadable)(
    'holds the keys while a secret is read, and none before a touch or after locking (B06)',
    async () => {
      const target = await installed(lab, app)
      onTestFinished(target.close)
      await target.restart()
      const keys = await target.keys()
      expect(found(target, keys)).toEqual([0, 0])

      await target.hooked(async (hook) => {
        await hook.evaluate(holdReading)
        target.phone.touch('owner')
        const opened = target.open()
        await hook.evaluate('reading')
        // What shows that the search sees them, wherever they lie.
        const [vaultKey, dataKey] = found(target, keys)
        expect(vaultKey).toBeGreaterThan(0)
        expect(dataKey).toBeGreaterThan(0)
        await hook.evaluate('readOn()')
        expect(await opened).toHaveProperty('shown')

        // Opening has sealed the session's next token, under a data key of its own.
        const next = await target.keys()
        expect(found(target, next)[0]).toBeGreaterThan(0)
        await target.lock()
        await hook.collectGarbage()
        expect(found(target, [...keys, ...next])).toEqual([0, 0, 0, 0])
      })
    },
  )
})
