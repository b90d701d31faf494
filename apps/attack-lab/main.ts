import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Attack, Outcome } from './attack.ts'
import { attacks } from './attacks/catalogue.ts'
import { carryOut, openLab } from './lab.ts'
import { reportHtml } from './report/html.ts'
import { matrixText } from './report/matrix.ts'
import { type Results, type Row, words } from './report/results.ts'
import type { App, Lab } from './target/virtual-target.ts'

/** Where the report goes, below the folder the command is run in. */
const reportPath = join('.keybound', 'attacks.html')

/** Runs every attack on every app, one after the other, and says what each lost. Exits with 1 where Keybound lost. */
async function main(): Promise<number> {
  const lab = await openLab()
  const apps = [...lab.naive, ...lab.keybound]
  const rows: Row[] = []
  for (const attack of attacks) rows.push(await row(lab, apps, attack))
  await lab.close()

  const results: Results = { at: new Date().toISOString().slice(0, 16).replace('T', ' '), apps, rows }
  mkdirSync(dirname(reportPath), { recursive: true })
  writeFileSync(reportPath, reportHtml(results))
  console.log(`\n${matrixText(results)}\n\nThe report: ${reportPath}`)
  const lost = rows.filter(({ outcomes }) => outcomes.slice(lab.naive.length).some(isLoss))
  for (const { attack } of lost) console.log(`Keybound lost ${attack.id}.`)
  return lost.length === 0 ? 0 : 1
}

function isLoss({ result }: Outcome): boolean {
  return result === 'lost'
}

async function row(lab: Lab, apps: readonly App[], attack: Attack): Promise<Row> {
  console.log(`\n${attack.id}  ${attack.title}`)
  const outcomes: Outcome[] = []
  for (const app of apps) {
    const outcome = await carryOut(lab, app, attack)
    console.log(`  ${words[outcome.result].padEnd(15)} ${app.name}: ${outcome.observed}`)
    outcomes.push(outcome)
  }
  return { attack, outcomes }
}

process.exitCode = await main()
