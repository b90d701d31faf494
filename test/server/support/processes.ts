import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./serve-sqlite.ts', import.meta.url))

/** A server process that was started by a test and answers. */
export interface ServerProcess {
  readonly port: number
  /** Ends it as an operator would; resolves with its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a power switch would. */
  kill(): Promise<void>
}

/** Starts a server over the folder and waits until it listens. */
export async function startProcess(folder: string, accounts = 0): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--conditions=keybound-source', script, folder, String(accounts)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const port = await portOf(child)
  return {
    port,
    stop: () => end(child, 'SIGTERM'),
    kill: async () => void (await end(child, 'SIGKILL')),
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  return await new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(Number(String(chunk))))
    child.once('exit', (code) => reject(new Error(`Unexpected exit ${code} of a server process: ${errors}`)))
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  const [code] = await exited
  return code
}
