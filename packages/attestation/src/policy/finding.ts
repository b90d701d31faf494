/** One rule, judged: what a verdict is made of, so that a person can read why. */
export interface Finding {
  /** Short stable name of the rule, such as `leaf_not_ca`. */
  readonly rule: string
  /** The clause of the standard or guide behind it. */
  readonly source: string
  readonly found: string
  readonly expected: string
  readonly passed: boolean
}
