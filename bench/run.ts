import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/packages.ts'
import { type ComparisonResult, compare, type Plan, subjectOf } from './harness/comparison.ts'
import { figureOf } from './report/figure.ts'
import { describeRun, writeReport } from './report/report.ts'
import { androidPlans } from './suites/android.ts'
import { approvalPlans } from './suites/approval.ts'
import { assertionPlans } from './suites/assertion.ts'
import { bankPlans } from './suites/bank.ts'
import type { Effort } from './suites/effort.ts'
import { phonePlans } from './suites/phone.ts'
import { protectPlans } from './suites/protect.ts'
import { signInPlans } from './suites/sign-in.ts'
import { unlockPlans } from './suites/unlock.ts'
import { vaultPlans } from './suites/vault.ts'

const usage = `npm run bench -- [options]
  --smoke          a short run that proves the benchmarks work and writes nothing
  --only <id>      only comparisons whose id begins so
  --rounds <n>     measured rounds, default 200
  --out <folder>   where the results go, default bench/results`

/** Measures, prints one line per comparison, and writes the dated results. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '200' },
      out: { type: 'string', default: join(root, 'bench/results') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const effort: Effort = values.smoke
    ? { smoke: true, rounds: 6, warmUp: 2 }
    : { smoke: false, rounds: Number(values.rounds), warmUp: 20 }

  const results: ComparisonResult[] = []
  for (const { id, start } of suites(effort)) {
    if (!id.startsWith(values.only)) continue
    const plan = await start()
    const result = await compare(plan, 20_26).finally(() => plan.stop?.())
    results.push(result)
    console.log(inOneLine(result))
  }
  if (values.smoke) return
  for (const path of writeReport(describeRun(results, root), values.out)) console.log(`written: ${path}`)
}

/** A comparison that is prepared when its turn comes, so that what it starts disturbs no other. */
interface Suite {
  readonly id: string
  readonly start: () => Promise<Plan & { readonly stop?: () => Promise<void> }>
}

function suites(effort: Effort): readonly Suite[] {
  return [
    ...assertionPlans(effort),
    ...androidPlans(effort),
    ...protectPlans(effort),
    ...signInPlans(effort),
    ...approvalPlans(effort),
    ...unlockPlans(effort),
    ...vaultPlans(effort),
    ...phonePlans(effort),
    ...bankPlans(effort),
  ]
}

function inOneLine(result: ComparisonResult): string {
  const { name, median, low, high, unit, aim, verdict } = figureOf(result)
  const time = `${subjectOf(result).cpu.median.toFixed(1)} µs CPU`
  const aimed = aim === undefined ? '' : `, aim ${aim} ${verdict}`
  return `${result.id}: ${name} ${time}, ${median} ${unit} (${low} to ${high})${aimed}`
}

await main()
