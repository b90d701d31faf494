import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AppAnswer, AppCommand, AppSettings } from './app-protocol.ts'
import type { Opened } from './target.ts'

/** An app in a process of its own. */
export interface AppProcess {
  readonly child: ChildProcess
  readonly send: (command: AppCommand['command']) => Promise<Opened>
  /** What it has written to its log so far. */
  readonly log: () => string
  readonly end: () => Promise<void>
}

/** Starts the process, with an inspector that a signal opens on a port the system chooses. */
export async function startApp(file: string, settings: AppSettings): Promise<AppProcess> {
  const child = fork(file, {
    execArgv: ['--inspect-port=0'],
    env: { ...process.env, LAB_APP: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const waiting = new Map<number, (opened: Opened) => void>()
  let log = ''
  let last = 0
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  }
  child.on('message', (message: AppAnswer | 'ready') => {
    if (message === 'ready') return
    waiting.get(message.id)?.(message.opened)
    waiting.delete(message.id)
  })
  const ended = once(child, 'exit')
  void ended.then(() => {
    for (const answer of waiting.values()) answer({ refused: `The process ended. ${log}` })
  })
  const [first] = await Promise.race([once(child, 'message'), ended])
  if (first !== 'ready') throw new Error(`The process of ${settings.name} did not start. ${log}`)
  return {
    child,
    send: (command) =>
      new Promise((resolve) => {
        const id = ++last
        waiting.set(id, resolve)
        child.send({ id, command } satisfies AppCommand)
      }),
    log: () => log,
    async end() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
