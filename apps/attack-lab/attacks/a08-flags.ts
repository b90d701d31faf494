import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const flags: Attack = {
  id: 'A08',
  title: 'Flags in storage flipped',
  done: 'With the app closed, every “true” in its files becomes “false” and the other way round; then it is opened.',
  standard: 'MASWE-0020 · MASWE-0057 · MASTG-TEST-0338',
  stoppedBy: 'No file says whether to ask: what the app needs lies encrypted, and the list of it is signed.',
  async run(target) {
    for (const [path, bytes] of target.files()) {
      const text = bytes.toString('latin1')
      const flipped = text.replace(/true|false/g, (word) => (word === 'true' ? 'false' : 'true'))
      if (flipped !== text) target.writeFile(path, Buffer.from(flipped, 'latin1'))
    }
    await target.restart()
    return judge(target, await target.open())
  },
}
