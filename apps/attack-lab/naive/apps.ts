import { naivePin } from '../target/owner.ts'
import type { LabServer } from '../target/server.ts'
import type { App } from '../target/virtual-target.ts'
import { naiveApps, naiveIosApps } from './catalogue.ts'

const withoutKeys = new Set(['boolean gate', 'opt-in flag'])

/** The naive apps as they are attacked: what opens everything is the session's token. */
export function naiveTargets(server: LabServer): readonly App[] {
  const common = { kind: 'naive', keys: async () => [server.bearerToken()] } as const
  const android = naiveApps.map(({ name, pattern, openWithPin }) => ({
    ...common,
    name,
    pattern,
    system: 'android' as const,
    hasKeys: !withoutKeys.has(name),
    ...(openWithPin && { typed: naivePin }),
  }))
  const ios = naiveIosApps.map(({ name, pattern }) => ({
    ...common,
    name,
    pattern,
    system: 'ios' as const,
    hasKeys: false,
  }))
  return [...android, ...ios]
}
