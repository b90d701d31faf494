import { expect, test } from 'vitest'
import type { ComparisonResult } from '../harness/comparison.ts'
import { renderPage } from './page.ts'
import { ratioScale } from './svg.ts'

const rounds = (cpu: number) =>
  Array.from({ length: 5 }, (_, round) => ({ cpu: cpu + round / 10, wall: cpu }))
const around = (median: number) => ({ median, low: median * 0.99, high: median * 1.01 })
const side = (name: string, ratio: number) => ({
  name,
  verifies: 'a < b & "c"',
  commits: 'nothing',
  issues: 'nothing',
  cpu: around(ratio * 100),
  wall: around(ratio * 100),
  ratio: around(ratio),
  rounds: rounds(ratio * 100),
})

function page(ratio: number, aims: Partial<ComparisonResult> = { aim: 1.25 }): string {
  const comparison: ComparisonResult = {
    id: 'sample',
    title: 'A sample',
    question: 'Is it quick?',
    floor: 'floor',
    subject: 'ours',
    ...aims,
    warmUp: 1,
    block: 10,
    keys: 3,
    sides: [side('floor', 1), side('ours', ratio)],
  }
  const machine = { processor: 'p', cores: '2', system: 's', node: 'n', openssl: 'o' }
  return renderPage({ date: '2026-11-22', commit: 'abc', machine, comparisons: [comparison] })
}

test('says the figure, and whether the whole interval is within the aim', () => {
  expect(page(1.2)).toMatch(/ours: 1\.20 × floor.*1\.19–1\.21.*at most 1\.25.*>met</)
  expect(page(1.245)).toContain('>missed<')
})

test('says a time on the clock where that is the aim', () => {
  expect(page(10_000, { aimWall: 1_020_000 })).toMatch(/ours: 1000 ms.*990–1010.*at most 1020 ms.*>met</)
  expect(page(10_000, { aimWall: 1_000_000 })).toContain('>missed<')
})

test('needs nothing besides itself, and no words break the markup', () => {
  const html = page(1.2)
  expect(html).not.toMatch(/<script|<link|(src|href)="?http/)
  expect(html).toContain('a &#60; b &#38; &#34;c&#34;')
  expect(html.match(/h0/g)).toHaveLength(10)
})

test('the scale of ratios gives doublings the same room, and keeps what is off it at the edge', () => {
  const { at, ticks } = ratioScale(1, 8, 0, 300)
  expect([at(1), at(2), at(4), at(8)].map(Math.round)).toEqual([0, 100, 200, 300])
  expect(at(100)).toBe(300)
  expect(ticks).toEqual([1, 1.25, 1.5, 2, 3, 4, 6, 8])
})
