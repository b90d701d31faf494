import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, type as system } from 'node:os'
import { join } from 'node:path'
import { type Reporter, startVitest, type TestCase, type TestModule } from 'vitest/node'
import { commitOf } from './commit.ts'
import { root } from './packages.ts'
import { sampledTests } from './sampled-tests.ts'

/** One test of a long run. */
interface Proof {
  readonly commit: string
  readonly file: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly seconds: number
  /** Figures the test reported about itself. */
  readonly notes: readonly string[]
}

/** The dated result of a long run; what lies in docs/verification. */
interface Verification {
  readonly date: string
  readonly machine: string
  readonly node: string
  readonly proofs: Proof[]
}

const commit = commitOf(root)

class Collector implements Reporter {
  readonly proofs: Proof[] = []
  /** Files that did not load and errors that nobody caught. */
  broken = 0

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.broken = unhandled.length + modules.reduce((sum, module) => sum + module.errors().length, 0)
    for (const module of modules) {
      for (const test of module.children.allTests()) this.proofs.push(proofOf(test, module.relativeModuleId))
    }
  }
}

function proofOf(test: TestCase, file: string): Proof {
  const { state } = test.result()
  return {
    commit,
    file,
    name: test.fullName,
    state: state === 'pending' ? 'skipped' : state,
    seconds: Math.round((test.diagnostic()?.duration ?? 0) / 100) / 10,
    notes: test.annotations().map((annotation) => annotation.message),
  }
}

/**
 * Runs every test whose amount of work can grow at its full amount, and writes down what came of it. Given parts of
 * paths, only the tests in those files: their rows replace the ones of an earlier run of the same day.
 */
async function main(parts: readonly string[]): Promise<void> {
  const collector = new Collector()
  const files = sampledTests().filter(
    (path) => parts.length === 0 || parts.some((part) => path.includes(part)),
  )
  const vitest = await startVitest('test', files, {
    root,
    run: true,
    watch: false,
    // Hours, where a loop needs them.
    testTimeout: 6 * 3_600_000,
    maxWorkers: 2,
    reporters: ['default', collector],
  })
  await vitest.close()
  const result: Verification = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${system()} ${release()}`,
    node: process.versions.node,
    proofs: collector.proofs,
  }
  const folder = join(root, 'docs/verification')
  const earlier = join(folder, `${result.date}.json`)
  if (parts.length > 0 && existsSync(earlier)) {
    const { proofs } = JSON.parse(readFileSync(earlier, 'utf8')) as Verification
    result.proofs.unshift(...proofs.filter(({ file }) => !files.includes(file)))
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${result.date}.json`), `${JSON.stringify(result, null, 1)}\n`)
  writeFileSync(join(folder, `${result.date}.md`), pageOf(result))
  const passed = result.proofs.filter((proof) => proof.state === 'passed').length
  const failed = result.proofs.length - passed + collector.broken
  console.log(
    `\nwritten: docs/verification/${result.date}.md and .json\n\n${passed} passed, ${failed} failed`,
  )
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

function pageOf({ date, machine, node, proofs }: Verification): string {
  const rows = proofs.map(({ commit, name, state, seconds, notes }) => {
    return `| ${cell(name)} | ${state} | ${seconds} | ${notes.map(cell).join('<br>')} | ${commit} |`
  })
  return `# Long proofs of ${date}

\`npm run verify:full\`: ${machine}, Node ${node}.

| test | outcome | seconds | figures | commit |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

process.env.KEYBOUND_SAMPLE = 'full'
await main(process.argv.slice(2))
