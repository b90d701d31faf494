import { shuffled, type Uniform } from './statistics.ts'

/** What one operation cost, on average over a block. */
export interface Cost {
  /** Processor time of all threads of the measured process, in microseconds. */
  readonly cpu: number
  /** Time on the clock, in microseconds. */
  readonly wall: number
}

/** One of the things compared: runs a block of operations and says what one of them cost. */
export interface Side {
  readonly name: string
  /** @param round counts up from 0; the same round means the same inputs on every side. */
  readonly runBlock: (round: number) => Promise<Cost>
}

export interface InterleaveOptions {
  /** Rounds that are measured: each runs one block of every side. */
  readonly rounds: number
  /** Rounds before those, thrown away. */
  readonly warmUp: number
  readonly uniform: Uniform
}

/**
 * Runs the sides in small blocks, one block of each per round in an order drawn anew, so that whatever slows the
 * machine for a while slows all sides alike and the ratio within a round stays true.
 */
export async function interleave(
  sides: readonly Side[],
  { rounds, warmUp, uniform }: InterleaveOptions,
): Promise<ReadonlyMap<string, readonly Cost[]>> {
  const costs = new Map<string, Cost[]>(sides.map((side) => [side.name, []]))
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const side of shuffled(sides, uniform)) {
      const cost = await side.runBlock(round)
      if (round >= warmUp) costs.get(side.name)?.push(cost)
    }
  }
  return costs
}

/** Measures a block of operations in this process. */
export async function measureHere(operations: number, run: () => Promise<void> | void): Promise<Cost> {
  const wallStart = process.hrtime.bigint()
  const cpuStart = process.cpuUsage()
  await run()
  const cpu = process.cpuUsage(cpuStart)
  const wall = Number(process.hrtime.bigint() - wallStart) / 1000
  return { cpu: (cpu.user + cpu.system) / operations, wall: wall / operations }
}
