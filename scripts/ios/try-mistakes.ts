import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { casesOf, runCase } from '@keybound/phone/conformance'
import { type Mistake, withMistake } from '../native/mistake.ts'
import { writeStatements } from '../native/statements.ts'
import { mistakes } from './mistakes.ts'
import { checkPublishedNames } from './published-names.ts'
import { packageFiles, swift, work, writePackage } from './swift-package.ts'
import { makeSwift } from './swift-subject.ts'
import { installToolchain, missingForToolchain } from './toolchain.ts'

/** `npm run test:ios:mistakes`: makes each deliberate mistake by itself; what none of the lane's parts sees has failed. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
  const missing = missingForToolchain()
  if (missing !== undefined) {
    console.log(missing)
    return 1
  }
  installToolchain()
  const files = packageFiles()
  writePackage(files)
  await writeStatements(join(work, 'statements.json'))
  let [seen, unseen] = [0, 0]
  for (const mistake of mistakes) {
    if (values.only !== undefined && !values.only.includes(mistake.name)) continue
    const by = await seenBy(mistake, files)
    console.log(`${by === undefined ? 'FAIL  unseen' : `pass  seen by ${by}`}: ${mistake.name}`)
    if (by === undefined) unseen += 1
    else seen += 1
  }
  writePackage(files)
  console.log(`${seen} passed, ${unseen} failed`)
  return unseen === 0 ? 0 : 1
}

async function seenBy(mistake: Mistake, files: ReadonlyMap<string, string>): Promise<string | undefined> {
  const { file, cases = [] } = mistake
  writePackage(new Map([...files, [file, withMistake(mistake, files.get(file) ?? '')]]))
  if (checkPublishedNames(join(work, 'Fakes')).faults.length > 0) return 'the comparison with Apple’s names'
  if (swift('swift', 'build', '--build-tests', '--quiet').status !== 0) return 'the compiler'
  if (swift('swift', 'test', '--skip-build').status !== 0) return 'unit tests'
  for (const one of casesOf('ios')) {
    if (!cases.includes(one.id) && !cases.includes('all')) continue
    const { outcome } = await runCase(one, { platform: 'ios', make: makeSwift, patience: 10_000 })
    if (outcome === 'failed') return `case ${one.id}`
  }
  return undefined
}

process.exitCode = await main()
