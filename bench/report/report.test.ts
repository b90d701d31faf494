import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { compare } from '../harness/comparison.ts'
import type { Cost } from '../harness/interleave.ts'
import { median, pairedRatios } from '../harness/statistics.ts'
import { describeRun, writeReport } from './report.ts'

interface Rows {
  readonly cpu: readonly number[]
  readonly wall: readonly number[]
}

interface WrittenSide {
  readonly name: string
  readonly cpu: { readonly median: number }
  readonly wall: { readonly median: number }
  readonly ratio: { readonly median: number }
  readonly rounds: Rows
}

const side = (name: string, cost: (round: number) => Cost) => ({
  name,
  verifies: 'text [\n1,\n2 ] that looks like numbers',
  commits: 'nothing',
  issues: 'nothing',
  runBlock: async (round: number) => cost(round),
})

async function write() {
  const sides = [
    side('floor', (round) => ({ cpu: 100 + Math.sin(round), wall: 1e-7 * (round + 1) })),
    side('ours', (round) => ({ cpu: 120 + 7 * Math.cos(round), wall: 2_000_000 + round / 3 })),
  ]
  const question = {
    id: 'sample',
    title: 'A sample',
    question: 'Is it quick?',
    floor: 'floor',
    subject: 'ours',
  }
  const result = await compare({ ...question, sides, rounds: 50, warmUp: 2, block: 10, keys: 3 }, 1)
  const folder = mkdtempSync(join(tmpdir(), 'keybound-bench-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [json = ''] = writeReport(describeRun([result], import.meta.dirname), folder)
  const text = readFileSync(json, 'utf8')
  return { text, result, sides: JSON.parse(text).comparisons[0].sides as readonly WrittenSide[] }
}

test('whoever reads the rounds gets the medians that are printed', async () => {
  const { sides } = await write()
  const [floor] = sides
  for (const { cpu, wall, ratio, rounds } of sides) {
    expect(rounds.cpu).toHaveLength(50)
    expect(median(rounds.cpu) / cpu.median).toBeCloseTo(1, 3)
    expect(median(rounds.wall) / wall.median).toBeCloseTo(1, 3)
    expect(median(pairedRatios(rounds.cpu, floor?.rounds.cpu ?? []))).toBeCloseTo(ratio.median, 3)
  }
})

test('a row of rounds takes a line, and words are left as they are', async () => {
  const { text, sides, result } = await write()
  expect(text.split('\n').length).toBeLessThan(100)
  expect(sides.map(({ name }) => name)).toEqual(['floor', 'ours'])
  expect(JSON.parse(text).comparisons[0].sides[0].verifies).toBe(result.sides[0]?.verifies)
})
