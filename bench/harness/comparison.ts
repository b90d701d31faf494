import { type Cost, interleave, type Side } from './interleave.ts'
import { type Estimate, estimateMedian, pairedRatios, seeded } from './statistics.ts'

/** A side with what it does and leaves undone, so that nobody compares apples with pears unawares. */
export interface DescribedSide extends Side {
  readonly verifies: string
  readonly commits: string
  readonly issues: string
}

/** What is compared, and how. */
export interface Plan {
  /** Names the comparison in file names and results: `assertion-warm`. */
  readonly id: string
  readonly title: string
  /** What one operation is and what the comparison asks, in one or two sentences. */
  readonly question: string
  /** Name of the side that the others are divided by. */
  readonly floor: string
  /** Name of the side that the comparison is about. */
  readonly subject: string
  /** Largest ratio of the subject to the floor that the project aims at, where it has set one. */
  readonly aim?: number
  /** Longest time on the clock, in microseconds, that the project aims at for the subject, where it has set one. */
  readonly aimWall?: number
  readonly sides: readonly DescribedSide[]
  readonly rounds: number
  readonly warmUp: number
  /** Operations in one block. */
  readonly block: number
  /** Different keys that the operations are spread over. */
  readonly keys: number
}

/** What one side cost. Times in microseconds per operation. */
export interface SideResult {
  readonly name: string
  readonly verifies: string
  readonly commits: string
  readonly issues: string
  readonly cpu: Estimate
  readonly wall: Estimate
  /** Processor time divided by the floor's in the same round. */
  readonly ratio: Estimate
  /** One per round, in order. */
  readonly rounds: readonly Cost[]
}

export interface ComparisonResult extends Omit<Plan, 'sides' | 'rounds'> {
  readonly sides: readonly SideResult[]
}

/** Carries a plan out. The seed fixes order and resampling, not the measurements. */
export async function compare(plan: Plan, seed: number): Promise<ComparisonResult> {
  const uniform = seeded(seed)
  const costs = await interleave(plan.sides, { rounds: plan.rounds, warmUp: plan.warmUp, uniform })
  const floor = column(costs.get(plan.floor), 'cpu')
  const sides = plan.sides.map((side): SideResult => {
    const rounds = costs.get(side.name) ?? []
    return {
      name: side.name,
      verifies: side.verifies,
      commits: side.commits,
      issues: side.issues,
      cpu: estimateMedian(column(rounds, 'cpu'), uniform),
      wall: estimateMedian(column(rounds, 'wall'), uniform),
      ratio: estimateMedian(pairedRatios(column(rounds, 'cpu'), floor), uniform),
      rounds,
    }
  })
  const { sides: _sides, rounds: _rounds, ...described } = plan
  return { ...described, sides }
}

/** The side that the comparison is about. */
export function subjectOf({ subject, sides }: ComparisonResult): SideResult {
  const side = sides.find((one) => one.name === subject)
  if (side === undefined) throw new Error(`Unexpected subject "${subject}", expected the name of a side.`)
  return side
}

/** Whether the whole interval of the subject lies within each aim; true where there is none. */
export function meetsAim(result: ComparisonResult): boolean {
  const { ratio, wall } = subjectOf(result)
  const { aim = Number.POSITIVE_INFINITY, aimWall = Number.POSITIVE_INFINITY } = result
  return ratio.high <= aim && wall.high <= aimWall
}

function column(costs: readonly Cost[] | undefined, key: keyof Cost): number[] {
  return (costs ?? []).map((cost) => cost[key])
}
