import type { AssuranceLevel } from '@keybound/protocol'

/** Assurance levels from low to high. */
const rank: Readonly<Record<AssuranceLevel, number>> = { W: 0, L1: 1, L2: 2, R: 3 }

export function isAtLeast(level: AssuranceLevel, lowest: AssuranceLevel): boolean {
  return rank[level] >= rank[lowest]
}

export function higherOf<One extends AssuranceLevel, Other extends AssuranceLevel>(
  one: One,
  other: Other,
): One | Other {
  return isAtLeast(one, other) ? one : other
}
