import type { Outcome } from '../attack.ts'
import { isLost, type Opened, type Target } from '../target/target.ts'

/** Lost if the app showed what it protects. */
export function judge(target: Target, opened: Opened): Outcome {
  if (isLost(target, opened)) return { result: 'lost', observed: 'Showed what it protects.' }
  const said = 'shown' in opened ? 'something else' : `“${opened.refused}”`
  return { result: 'held', observed: `Showed nothing: ${said}` }
}

export function notApplicable(why: string): Outcome {
  return { result: 'notApplicable', observed: why }
}

/** Opens the app with code of the attacker's in it, and nobody's finger on the sensor. */
export async function openHooked(target: Target, script: string): Promise<Outcome> {
  return target.hooked(async (hook) => {
    await hook.evaluate(script)
    return judge(target, await target.open())
  })
}
