import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { casesOf, runCase } from '@keybound/phone/conformance'
import { type Mistake, seenByCompiler, tryEach, withMistake } from '../native/mistake.ts'
import { writeVectors } from '../native/vectors.ts'
import { mistakes } from './mistakes.ts'
import { checkPublishedNames } from './published-names.ts'
import { packageFiles, swift, work, writePackage } from './swift-package.ts'
import { makeSwift } from './swift-subject.ts'
import { installToolchain, missingForToolchain } from './toolchain.ts'

const build = ['swift', 'build', '--build-tests', '--quiet']
const test = ['swift', 'test', '--skip-build']

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
  await writeVectors(work)
  // What fails by itself would count as having seen every mistake.
  for (const command of [build, test]) {
    const { status, stdout, stderr } = swift(...command)
    if (status === 0) continue
    console.log(
      `Without a mistake this fails: ${command.join(' ')}\n${stdout}${stderr}\n\n0 passed, 1 failed`,
    )
    return 1
  }
  const allSeen = await tryEach(mistakes, values.only, (mistake) => seenBy(mistake, files))
  writePackage(files)
  return allSeen ? 0 : 1
}

async function seenBy(mistake: Mistake, files: ReadonlyMap<string, string>): Promise<string | undefined> {
  const { file, cases = [] } = mistake
  writePackage(new Map([...files, [file, withMistake(mistake, files.get(file) ?? '')]]))
  if (checkPublishedNames(join(work, 'Fakes')).faults.length > 0) return 'the comparison with Apple’s names'
  const built = swift(...build)
  if (built.status !== 0) return seenByCompiler(mistake, `${built.stdout}${built.stderr}`)
  const tested = swift(...test)
  if (tested.status === null) throw new Error('not tested, the unit tests did not end')
  if (tested.status !== 0) return 'unit tests'
  for (const one of casesOf('ios')) {
    if (!cases.includes(one.id) && !cases.includes('all')) continue
    const { outcome } = await runCase(one, { platform: 'ios', make: makeSwift, patience: 10_000 })
    if (outcome === 'failed') return `case ${one.id}`
  }
  return undefined
}

process.exitCode = await main()
