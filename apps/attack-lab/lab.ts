import { createVirtualAuthority } from '@keybound/virtual-phone'
import type { Attack, Outcome } from './attack.ts'
import { keyboundApp } from './keybound/app.ts'
import { naiveTargets } from './naive/apps.ts'
import { packApps } from './target/pack.ts'
import { openLabServer } from './target/server.ts'
import { type App, installed, type Lab } from './target/virtual-target.ts'

/** What everything takes place in; close it at the end. */
export interface OpenLab extends Lab {
  /** What is attacked: the event-based apps, and the one with Keybound. */
  readonly naive: readonly App[]
  readonly keybound: App
  readonly close: () => Promise<void>
}

/** Opens a lab: an authority that its phones come from, the server beside the apps, and the apps ready to start. */
export async function openLab(): Promise<OpenLab> {
  const authority = await createVirtualAuthority()
  const packed = await packApps()
  const server = await openLabServer(authority)
  return {
    authority,
    packed,
    server,
    naive: naiveTargets(server),
    keybound: keyboundApp,
    async close() {
      await server.close()
      packed.remove()
    },
  }
}

/** Carries out one attack on one app, on a phone of its own. */
export async function carryOut(lab: Lab, app: App, attack: Attack): Promise<Outcome> {
  const target = await installed(lab, app)
  try {
    return await attack.run(target)
  } finally {
    await target.close()
  }
}
