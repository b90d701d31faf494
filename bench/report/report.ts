import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, type as system } from 'node:os'
import { join } from 'node:path'
import { commitOf } from '../../scripts/commit.ts'
import type { ComparisonResult } from '../harness/comparison.ts'
import type { Cost } from '../harness/interleave.ts'
import { renderPage } from './page.ts'

/** What was measured, where and when: the content of a results file. */
export interface Report {
  /** Day of the run, `2026-11-22`. */
  readonly date: string
  /** Commit that was measured; ends in `+` when files differed from it. */
  readonly commit: string
  readonly machine: {
    readonly processor: string
    readonly cores: string
    readonly system: string
    readonly node: string
    readonly openssl: string
  }
  readonly comparisons: readonly ComparisonResult[]
}

/** Says where and when the comparisons were made. */
export function describeRun(comparisons: readonly ComparisonResult[], root: string): Report {
  const processors = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitOf(root),
    machine: {
      processor: processors[0]?.model ?? 'unknown processor',
      cores: String(processors.length),
      system: `${system()} ${release()}`,
      node: process.versions.node,
      openssl: process.versions.openssl,
    },
    comparisons,
  }
}

/** Writes `<date>.json` and `<date>.html`; returns their paths. */
export function writeReport(report: Report, folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true })
  const json = join(folder, `${report.date}.json`)
  const html = join(folder, `${report.date}.html`)
  writeFileSync(json, toJson(report))
  writeFileSync(html, renderPage(report))
  return [json, html]
}

/** The rounds of a side as two rows of numbers, each on one line: all that it takes to do the statistics again. */
function toJson(report: Report): string {
  const comparisons = report.comparisons.map((comparison) => ({
    ...comparison,
    sides: comparison.sides.map((side) => ({ ...side, rounds: rowsOf(side.rounds) })),
  }))
  const lines = JSON.stringify({ ...report, comparisons }, rounded, 1)
  const rowLines = lines.replace(/\[\n[\d\s.,e+-]+\]/g, (row) => row.replaceAll(/\s/g, ''))
  return `${rowLines}\n`
}

function rowsOf(rounds: readonly Cost[]) {
  return { cpu: rounds.map(({ cpu }) => cpu), wall: rounds.map(({ wall }) => wall) }
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}
