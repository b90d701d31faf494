import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const olderState: Attack = {
  id: 'B05',
  title: 'An older state of the files put back',
  done: 'The files of the first day are put back after the owner has used the app, and it is opened without a touch.',
  standard: 'MASWE-0057 · MASTG-TEST-0338',
  stoppedBy:
    'An older vault is as closed as the newest; the server ends a session whose refresh token is of an older generation.',
  async run(target) {
    const before = target.files()
    target.phone.touch('owner')
    await target.open()
    for (const [path, bytes] of before) target.writeFile(path, bytes)
    await target.restart()
    return judge(target, await target.open())
  },
}
