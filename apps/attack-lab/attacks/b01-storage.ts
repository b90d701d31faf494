import { findCanaries } from '../../../test/support/canaries.ts'
import type { Attack } from '../attack.ts'

export const storage: Attack = {
  id: 'B01',
  title: 'Storage read on a rooted phone',
  done: 'Every file of the app is searched for the session’s token, or the key it lies under: as it is, in base64, hex and UTF-16.',
  standard: 'MASWE-0001 · MASTG-TEST-0287, MASTG-TEST-0302',
  stoppedBy: 'The token lies encrypted under a key that only a touch opens.',
  async run(target) {
    const keys = (await target.keys()).map((secret) => ({ name: 'a key', secret }))
    const found = findCanaries(keys, target.files())
    return found.length > 0
      ? { result: 'lost', observed: `Found it in ${found.length} place(s).` }
      : { result: 'held', observed: 'Found it nowhere.' }
  },
}
