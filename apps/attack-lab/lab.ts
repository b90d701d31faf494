import { createVirtualAuthority } from '@keybound/virtual-phone'
import type { Attack, Outcome } from './attack.ts'
import { notApplicable } from './attacks/outcome.ts'
import { keyboundApps } from './keybound/apps.ts'
import { naiveTargets } from './naive/apps.ts'
import { packApps } from './target/pack.ts'
import { openLabServer } from './target/server.ts'
import { type App, installed, type Lab } from './target/virtual-target.ts'

/** What everything takes place in; close it at the end. */
export interface OpenLab extends Lab {
  /** What is attacked: the event-based apps, and the one with Keybound, on each system. */
  readonly naive: readonly App[]
  readonly keybound: readonly App[]
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
    keybound: keyboundApps,
    async close() {
      await server.close()
      packed.remove()
    },
  }
}

/** The names of the systems as people write them. */
const systems = { android: 'Android', ios: 'iOS' } as const

/** Carries out one attack on one app, on a phone of its own. */
export async function carryOut(lab: Lab, app: App, attack: Attack): Promise<Outcome> {
  const { only = app.system, notFor } = attack
  if (only !== app.system) return notApplicable(`Not an attack on ${systems[app.system]}.`)
  const why = notFor?.(app)
  if (why !== undefined) return notApplicable(why)
  const target = await installed(lab, app)
  try {
    return await attack.run(target)
  } finally {
    await target.close()
  }
}
