import { naivePin } from '../target/owner.ts'
import type { LabServer } from '../target/server.ts'
import type { App } from '../target/virtual-target.ts'
import { naiveApps } from './catalogue.ts'

const withoutKeys = new Set(['boolean gate', 'opt-in flag'])

/** The naive apps as they are attacked: what opens everything is the session's token. */
export function naiveTargets(server: LabServer): readonly App[] {
  return naiveApps.map(({ name, pattern, openWithPin }) => ({
    name,
    pattern,
    kind: 'naive',
    system: 'android',
    hasKeys: !withoutKeys.has(name),
    ...(openWithPin && { typed: naivePin }),
    keys: async () => [server.bearerToken()],
  }))
}
