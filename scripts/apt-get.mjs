// Debian's packages. Plain JavaScript, because setup.mjs needs it before anything is installed.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Whether this machine is Debian or like it, and the user may install there. */
export function canInstallFromDebian() {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0 && aptGet('--version') === undefined
}

/** Runs apt-get without questions; returns what it printed when it failed. */
export function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // A mirror that fails once, or another apt-get at work, is no reason to go without.
  const patience = ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=120']
  const result = spawnSync('apt-get', ['-q', ...patience, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status === 0) return undefined
  return `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`
}
