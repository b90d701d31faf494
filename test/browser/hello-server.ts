import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url))

/** The hello example as a process of its own, as `npm start -- hello` runs it. */
export interface HelloServer {
  /** `http://localhost:…` */
  readonly address: string
  /** Ends it as Ctrl-C does; resolves with its exit code, or the signal that had to end it. */
  readonly stop: () => Promise<number | string | null>
  /** Ends it at once, as a crash does. */
  readonly kill: () => Promise<void>
  /** What it printed. */
  readonly output: () => string
}

/** Starts it, or the bank, on a data folder; `port` again for the same address. */
export async function startHello(
  data: string,
  port: number,
  environment: Record<string, string> = {},
  app: 'hello' | 'bank' = 'hello',
): Promise<HelloServer> {
  const { child, output } = runHello({ ...environment, KEYBOUND_DATA: data, PORT: String(port) }, app)
  const address = `http://localhost:${port}`
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => output().includes(`${address}\n`) && resolve())
    child.once('exit', () => reject(new Error(`The server did not start: ${output()}`)))
  })
  return {
    address,
    output,
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT')
        await once(child, 'exit')
      }
      return child.exitCode ?? child.signalCode
    },
  }
}

/** Runs `npm start`'s script with an environment, and gathers what it prints. */
export function runHello(
  environment: Record<string, string>,
  app: 'hello' | 'bank' = 'hello',
): {
  readonly child: ChildProcess
  readonly output: () => string
} {
  const child = spawn(process.execPath, ['--conditions=keybound-source', script, app], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
  }
  return { child, output: () => printed }
}

/**
 * A port nobody listens on now, below those that the system hands out by itself (from 32768): it would give one of those
 * to somebody else between this and its use.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer().listen(port, '127.0.0.1')
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!free) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
