import type { Attack } from '../attack.ts'
import { memoryIsReadable, searchMemory } from '../tools/memory.ts'
import { notApplicable } from './outcome.ts'

export const memory: Attack = {
  id: 'B06',
  title: 'Memory searched while the app is closed',
  done: 'The raw memory of the running process is searched for the key that opens what is protected, before the first touch, and after the app was locked and has collected its garbage; and in between, while it is open, to see that the search finds it.',
  standard: 'MASWE-0024',
  stoppedBy:
    'The key comes into memory with the touch and goes with the lock. Copies of the refresh token may stay in a script’s memory for a while; without this phone’s proof key they are worth nothing.',
  async run(target) {
    if (!memoryIsReadable) return notApplicable('This system does not show a process’s memory.')
    await target.restart()
    const before = search(target.pid(), await target.keys())
    target.phone.touch('owner')
    await target.open()
    const keys = await target.keys()
    // The control: a search that finds nothing now would find nothing ever.
    const open = search(target.pid(), keys)
    if (open === 0) throw new Error('Unexpected search: it finds nothing even while the app is open.')
    await target.lock()
    await target.hooked(({ collectGarbage }) => collectGarbage())
    const found = before + search(target.pid(), keys)
    return found > 0
      ? { result: 'lost', observed: `Found in ${found} place(s) of the memory.` }
      : { result: 'held', observed: `Found nowhere in the memory; in ${open} place(s) while it was open.` }
  },
}

function search(pid: number, keys: readonly (string | Uint8Array)[]): number {
  return keys.reduce((found, key) => found + searchMemory(pid, key), 0)
}
