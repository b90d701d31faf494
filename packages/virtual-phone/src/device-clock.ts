/** Milliseconds since the Unix epoch. */
export type TimeSource = () => number

/** The clocks of a phone: one that people can set, and one that only runs. */
export interface DeviceClock {
  /** What the phone says the time is: milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Milliseconds since the phone was made: nobody sets it. */
  readonly elapsed: () => number
  /** Lets time pass on both. */
  readonly advance: (milliseconds: number) => void
  /** Sets what the phone says the time is, as a user can. */
  readonly set: (now: number) => void
}

export function createDeviceClock(source: TimeSource): DeviceClock {
  const start = source()
  let passed = 0
  let wrong = 0
  return {
    now: () => source() + passed + wrong,
    elapsed: () => source() - start + passed,
    advance: (milliseconds) => {
      passed += milliseconds
    },
    set: (now) => {
      wrong = now - source() - passed
    },
  }
}
