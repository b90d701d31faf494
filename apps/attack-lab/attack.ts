import type { AppTraits, PhoneSystem, Target } from './target/target.ts'

/** How an attack on one app ended. */
export interface Outcome {
  /** `lost`: the attacker has what the app protects. `residual`: so they do with every app, and the documentation says so. */
  readonly result: 'lost' | 'held' | 'residual' | 'notApplicable'
  /** What was observed, in one sentence for people. */
  readonly observed: string
}

/** One attack of the catalogue. */
export interface Attack {
  /** Of the catalogue, such as `A01`. */
  readonly id: string
  readonly title: string
  /** What the attacker does, in one sentence. */
  readonly done: string
  /** The weakness and the tests of OWASP MAS that name it. */
  readonly standard: string
  /** What stops it, where something does. */
  readonly stoppedBy: string
  /** The only system that can be attacked in this way, where the other has nothing like it. */
  readonly only?: PhoneSystem
  /** Why there is nothing to attack in an app of these traits, where there is nothing. */
  readonly notFor?: (app: AppTraits) => string | undefined
  readonly run: (target: Target) => Promise<Outcome>
}
