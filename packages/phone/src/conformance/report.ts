import type { ConformanceResult } from './run.ts'

const marks = { passed: 'pass', failed: 'FAIL', notProvoked: 'not provoked' } as const

/** A table in Markdown: how each case went, what it proves, its source, and what only a device can show. */
export function formatReport(results: readonly ConformanceResult[]): string {
  const rows = results.map(({ case: one, outcome, reason }) => {
    const result = reason === '' ? marks[outcome] : `${marks[outcome]}: ${reason}`
    return `| ${[one.id, result, one.proves, one.source, one.onlyOnDevice || '–'].map(cell).join(' | ')} |`
  })
  return [
    '| case | result | what it proves | source | what only a device can show |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    summary(results),
  ].join('\n')
}

/** Such as `80 passed, 0 failed, 2 not provoked`. */
export function summary(results: readonly ConformanceResult[]): string {
  const count = (wanted: ConformanceResult['outcome']) =>
    results.filter(({ outcome }) => outcome === wanted).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('notProvoked')} not provoked`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
