import type { Attack, Outcome } from './attack.ts'
import { type App, installed, type Lab } from './target/virtual-target.ts'

/** Carries out one attack on one app, on a phone of its own. */
export async function carryOut(lab: Lab, app: App, attack: Attack): Promise<Outcome> {
  const target = await installed(lab, app)
  try {
    return await attack.run(target)
  } finally {
    await target.close()
  }
}
