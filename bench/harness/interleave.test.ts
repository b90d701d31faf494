import { expect, test } from 'vitest'
import { interleave, measureHere, type Side } from './interleave.ts'
import { seeded } from './statistics.ts'

function recorder() {
  const calls: string[] = []
  const side = (name: string): Side => ({
    name,
    runBlock: async (round) => {
      calls.push(`${round}${name}`)
      return { cpu: round, wall: round }
    },
  })
  return { calls, sides: [side('a'), side('b'), side('c')] }
}

test('runs every side once a round, in changing order, and drops the warm-up', async () => {
  const { calls, sides } = recorder()
  const costs = await interleave(sides, { rounds: 40, warmUp: 2, uniform: seeded(11) })
  const orders = new Set<string>()
  for (let round = 0; round < 42; round++) {
    const inRound = calls.slice(round * 3, round * 3 + 3)
    expect([...inRound].sort()).toEqual([`${round}a`, `${round}b`, `${round}c`])
    orders.add(inRound.map((call) => call.at(-1)).join(''))
  }
  expect(orders.size).toBe(6)
  expect(costs.get('b')?.map((cost) => cost.cpu)).toEqual(Array.from({ length: 40 }, (_, index) => index + 2))
})

test('counts processor time per operation, and little of it while waiting', async () => {
  const busy = await measureHere(10, () => {
    let sum = 0
    for (let step = 0; step < 3e7; step++) sum += step % 7
    expect(sum).toBeGreaterThan(0)
  })
  const waiting = await measureHere(10, () => new Promise((resolve) => setTimeout(resolve, 50)))
  expect(busy.cpu).toBeGreaterThan(waiting.cpu)
  expect(waiting.wall).toBeGreaterThan(4_000)
})
