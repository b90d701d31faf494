import { findCanaries } from '../../../test/support/canaries.ts'
import type { Attack } from '../attack.ts'

export const backup: Attack = {
  id: 'B03',
  title: 'The backup read',
  done: 'What the system’s own backup takes of an app whose manifest says nothing of backups is searched for the session’s token, or the key it lies under.',
  standard: 'MASWE-0006 · MASTG-TEST-0262, MASTG-TEST-0298',
  stoppedBy:
    'The vault lies where no backup reaches, whatever the manifest says; its keys leave the phone in none.',
  async run(target) {
    const keys = (await target.keys()).map((secret) => ({ name: 'a key', secret }))
    const files = await target.backup()
    return findCanaries(keys, files).length > 0
      ? { result: 'lost', observed: `Found it in a backup of ${files.size} file(s).` }
      : { result: 'held', observed: `Found it in none of ${files.size} file(s).` }
  },
}
