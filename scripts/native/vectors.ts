import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { androidRows } from '../../test/virtual-phone/errors/android-rows.ts'
import { root } from '../packages.ts'
import { writeStatements } from './statements.ts'

/**
 * Writes what the tests in Kotlin and Swift share with those in TypeScript into a folder: `statements.json`, `pins.json`,
 * and `android-errors.json` with every row's domain, name, number and code.
 */
export async function writeVectors(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(root, 'test/react-native/pins-golden.json'), join(folder, 'pins.json'))
  const errors = androidRows.map(({ domain, name, number, code }) => ({ domain, name, number, code }))
  writeFileSync(join(folder, 'android-errors.json'), JSON.stringify(errors))
  await writeStatements(join(folder, 'statements.json'))
}
