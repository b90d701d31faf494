import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AppAnswer, AppCommand, AppSettings } from './app-protocol.ts'
import type { Opened } from './target.ts'

/** An app in a process of its own. */
export interface AppProcess {
  readonly child: ChildProcess
  readonly send: (command: AppCommand['command']) => Promise<Opened>
  readonly end: () => Promise<void>
}

/** Starts the process, with an inspector that a signal opens on a port the system chooses. */
export async function startApp(file: string, settings: AppSettings): Promise<AppProcess> {
  const child = fork(file, {
    execArgv: ['--inspect-port=0'],
    env: { ...process.env, LAB_APP: JSON.stringify(settings) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const waiting = new Map<number, (opened: Opened) => void>()
  let errors = ''
  let last = 0
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  child.on('message', (message: AppAnswer | 'ready') => {
    if (message === 'ready') return
    waiting.get(message.id)?.(message.opened)
    waiting.delete(message.id)
  })
  const ended = once(child, 'exit')
  void ended.then(() => {
    for (const answer of waiting.values()) answer({ refused: `The process ended. ${errors}` })
  })
  const [first] = await Promise.race([once(child, 'message'), ended])
  if (first !== 'ready') throw new Error(`The process of ${settings.name} did not start. ${errors}`)
  return {
    child,
    send: (command) =>
      new Promise((resolve) => {
        const id = ++last
        waiting.set(id, resolve)
        child.send({ id, command } satisfies AppCommand)
      }),
    async end() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
