import { parseArgs } from 'node:util'
import { Coverage } from './fuzz/coverage.ts'
import type { Finding, Outcome } from './fuzz/fuzzer.ts'

/**
 * Coverage-guided fuzzing of everything that reads what anybody may send. It ends after `--seconds` or `--executions` of
 * all targets together, whichever comes first; the same `--seed` makes the same changes. `--target` picks targets by a
 * part of their name. Exit status 1 when there is a finding.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    executions: { type: 'string', default: '1000000000' },
    seed: { type: 'string', default: '20261122' },
    target: { type: 'string', default: '' },
    /** Begins with samples of our own making only: the vectors take half a minute to look through. */
    own: { type: 'boolean', default: false },
    /** Prints one line of JSON instead of a table, for other programs. */
    json: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  const coverage = new Coverage((url) => /\/packages\/(?:protocol|attestation)\/(?:src|dist)\//.test(url))
  // Loaded only now: what loads before counting begins is not counted.
  const { readers } = await import('./fuzz/readers.ts')
  const { verifiers } = await import('./fuzz/verifiers.ts')
  const { receipts } = await import('./fuzz/receipts.ts')
  const { playIntegrity } = await import('./fuzz/play-integrity.ts')
  const { vectorSamples } = await import('./fuzz/samples.ts')
  const { Fuzzer } = await import('./fuzz/fuzzer.ts')
  const { seededRandom } = await import('../test/support/mutate.ts')
  const random = seededRandom(Number(values.seed))
  const samples = values.own ? [] : vectorSamples()
  const all = [...readers(samples), ...verifiers(samples), ...receipts(), ...(await playIntegrity())]
  const targets = all.filter(({ name }) => name.includes(values.target))
  const started = performance.now()
  const fuzzers = targets.map(
    (target) => new Fuzzer(target, coverage, (below) => Math.floor(random() * below)),
  )
  const isTime = () => performance.now() - started < Number(values.seconds) * 1000
  const executions = () => fuzzers.reduce((sum, { outcome }) => sum + outcome.executions, 0)
  for (const fuzzer of fuzzers) await fuzzer.begin()
  let running = fuzzers
  while (running.length > 0 && isTime() && executions() < Number(values.executions)) {
    const next: typeof running = []
    for (const fuzzer of running) if (await fuzzer.search()) next.push(fuzzer)
    running = next
  }
  return report(
    fuzzers.map(({ outcome }) => outcome),
    (performance.now() - started) / 1000,
  )
}

function report(outcomes: readonly Outcome[], seconds: number): number {
  const findings = outcomes.flatMap((outcome) => outcome.findings)
  const total = (pick: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + pick(outcome), 0)
  const rows = outcomes.map(({ findings: own, ...row }) => ({ ...row, findings: own.length }))
  if (values.json) {
    console.log(
      JSON.stringify({ seconds, seed: values.seed, targets: rows, findings: findings.map(describe) }),
    )
  } else {
    console.table(rows)
    for (const finding of findings) console.log(describe(finding))
    const figures = `${total(({ executions }) => executions)} executions, ${total(({ corpus }) => corpus)} inputs kept`
    console.log(`\n${seconds.toFixed(0)} s, seed ${values.seed}: ${figures}, ${findings.length} findings`)
  }
  return findings.length === 0 && outcomes.length > 0 ? 0 : 1
}

/** All that is needed to run it again: the input itself, as keys and so signatures are made anew in every run. */
function describe({ target, input, error }: Finding): string {
  const trace = error instanceof Error ? error.stack : String(error)
  return `${target}: ${trace}\n  input (base64): ${Buffer.from(input).toString('base64')}`
}

process.exitCode = await main()
