import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { completeLock, type LockFile } from '../complete-lock.ts'
import { copyBareTemplate, lockOf, type Template, unpackExpoTemplate } from './apps.ts'
import { run } from './run.ts'

/**
 * `npm run lock:templates`: writes the lock files of new apps from both templates, as npm makes them today, so that
 * `npm run test:templates` installs the same tomorrow. They name no registry.
 */
async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'keybound-locks-'))
  try {
    const [expo, bare] = [join(work, 'expo'), join(work, 'bare')]
    await unpackExpoTemplate(expo)
    await lock('expo', expo)
    copyBareTemplate(bare)
    await lock('bare', bare)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function lock(template: Template, folder: string): Promise<void> {
  const options = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund']
  await run(folder, 'npm', ['install', ...options, '--omit-lockfile-registry-resolved'])
  const made = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as LockFile
  const { packages, ...head } = completeLock(made)
  // A package a line: what changed is seen.
  const lines = Object.entries(packages).map((entry) => entry.map((part) => JSON.stringify(part)).join(': '))
  const start = JSON.stringify({ ...head, packages: {} }).slice(0, -2)
  mkdirSync(dirname(lockOf(template)), { recursive: true })
  writeFileSync(lockOf(template), `${start}\n${lines.join(',\n')}\n}}\n`)
  console.log(`${lockOf(template)}: ${lines.length - 1} packages`)
}

await main()
