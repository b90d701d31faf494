/** How passwords are kept and how much work they may cause. */
export interface PasswordPolicy {
  readonly argon2: {
    /** KiB. Default 19,456 (OWASP Password Storage: m=19 MiB, t=2, p=1), from 8,192 to 1,048,576. */
    readonly memory: number
    /** Passes. Default 2, from 1 to 16. With less than 19,456 KiB at least 3. */
    readonly passes: number
    /** Lanes. Default 1, at most 16. */
    readonly parallelism: number
  }
  /** Shortest new password in characters. Default 15 (NIST SP 800-63B-4 §3.1.1.2, single factor), at least 8. */
  readonly minLength: number
  readonly queue: {
    /** Hashes computed at a time. Default 2, at most 64. */
    readonly concurrency: number
    /** Sign-ins that may wait for their turn; one more is answered 503. Default 32, at most 10,000. */
    readonly waiting: number
  }
}

export const defaultPasswordPolicy: PasswordPolicy = {
  argon2: { memory: 19_456, passes: 2, parallelism: 1 },
  minLength: 15,
  queue: { concurrency: 2, waiting: 32 },
}
