import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FromServer, Seed, ToServer } from './exchange.ts'

/** A server in a process of its own, whose processor time can be read. */
export interface ServerProcess {
  readonly port: number
  /** Processor time so far, in microseconds. */
  readonly cpu: () => Promise<number>
  readonly stop: () => Promise<void>
}

/** Starts a script beside this one and waits until it serves. */
export async function startServer(
  script: string,
  args: readonly string[],
  seed: Omit<Seed, 'folder'>,
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'keybound-bench-'))
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    execArgv: ['--conditions=keybound-source'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ready = await ask(child, { type: 'seed', seed: { ...seed, folder } }).catch((error) => {
    rmSync(folder, { recursive: true })
    throw error
  })
  if (ready.type !== 'ready') throw new Error(`Unexpected answer "${ready.type}", expected "ready".`)
  return {
    port: ready.port,
    cpu: async () => {
      const answer = await ask(child, { type: 'cpu' })
      if (answer.type !== 'cpu') throw new Error(`Unexpected answer "${answer.type}", expected "cpu".`)
      return answer.micros
    },
    stop: async () => {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

/** One question at a time; rejects when the process ends instead of answering. */
function ask(child: ChildProcess, message: ToServer): Promise<FromServer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The server process ended with ${code}.`))
    child.once('exit', ended)
    child.once('message', (answer: FromServer) => {
      child.off('exit', ended)
      resolve(answer)
    })
    child.send(message)
  })
}
