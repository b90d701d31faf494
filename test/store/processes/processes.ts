import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Call } from './caller.ts'

/** A process of its own that holds a store on one database file and calls it when told. */
export interface Caller {
  /** Sends the calls; the process makes them all at once. Resolves with what each gave, in order. */
  call(calls: readonly Call[]): Promise<readonly unknown[]>
  end(): Promise<void>
}

/** `sqlite` is the real store; `naive` reads, waits and writes without a transaction. */
export type Kind = 'sqlite' | 'naive'

/** Starts that many processes on the file, together, and resolves when each has opened its store. */
export async function startCallers(
  count: number,
  path: string,
  kind: Kind = 'sqlite',
): Promise<readonly Caller[]> {
  const children = Array.from({ length: count }, () =>
    fork(fileURLToPath(new URL('./caller.ts', import.meta.url)), [path, kind], {
      execArgv: ['--conditions=keybound-source'],
      serialization: 'advanced',
    }),
  )
  await Promise.all(children.map(answerOf))
  return children.map((child) => ({
    call: (calls) => {
      child.send(calls)
      return answerOf(child) as Promise<readonly unknown[]>
    },
    end: async () => {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }))
}

/** The barrier: every process has opened and waits; all are told in one go. */
export async function callTogether(
  callers: readonly Caller[],
  calls: (caller: number) => readonly Call[],
): Promise<readonly unknown[]> {
  const answers = await Promise.all(callers.map((caller, index) => caller.call(calls(index))))
  return answers.flat()
}

/** The next message of the process; rejects when it ends instead. */
function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: unknown) => {
      child.off('exit', onExit)
      resolve(answer)
    }
    const onExit = (code: number | null, signal: string | null) => {
      child.off('message', onMessage)
      reject(new Error(`The process ended with ${code ?? signal} before it answered.`))
    }
    child.once('message', onMessage)
    child.once('exit', onExit)
  })
}
