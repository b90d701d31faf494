import { marks, type Results, tallyOf } from './results.ts'

/** The matrix as lines of text: an attack a row, an app a column. */
export function matrixText(results: Results): string {
  const { apps, rows } = results
  const head = ['', ...apps.map(({ name }) => name)]
  const body = rows.map(({ attack, outcomes }) => [
    `${attack.id}  ${attack.title}`,
    ...outcomes.map(({ result }) => marks[result]),
  ])
  const foot = ['lost / tried', ...apps.map((_, app) => tallyText(results, app))]
  const table = [head, ...body, foot]
  const widths = head.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length)))
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function tallyText(results: Results, app: number): string {
  const { lost, tried } = tallyOf(results, app)
  return `${lost} / ${tried}`
}
