import type { ChildProcess } from 'node:child_process'

/** A running process under an attacker's control: code runs in it, from outside and without its help. */
export interface Hook {
  /** Runs an expression in the process and answers its value as JSON. Rejects with what it threw. */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** Has the process collect its garbage, as it does by itself sooner or later. */
  readonly collectGarbage: () => Promise<void>
}

interface Answer {
  readonly id: number
  readonly result?: {
    readonly result: { readonly value?: unknown }
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
  }
  readonly error?: { readonly message: string }
}

/**
 * Attaches to a live process as instrumentation tools do: a signal opens its inspector, and from then on everything in it
 * can be rewritten. What Frida is to a phone, this is to the process that stands for the app.
 */
export async function hooked<T>(process: ChildProcess, work: (hook: Hook) => Promise<T>): Promise<T> {
  const address = await openInspector(process)
  const socket = new WebSocket(address)
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error(`no inspector answers at ${address}`))
  })
  try {
    return await work(hookOver(socket))
  } finally {
    socket.close()
  }
}

function hookOver(socket: WebSocket): Hook {
  const waiting = new Map<number, (answer: Answer) => void>()
  let last = 0
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  }

  function send(method: string, params: object = {}): Promise<Answer> {
    const id = ++last
    socket.send(JSON.stringify({ id, method, params }))
    return new Promise((resolve) => waiting.set(id, resolve))
  }

  async function evaluate(expression: string): Promise<unknown> {
    const options = { awaitPromise: true, returnByValue: true, includeCommandLineAPI: true }
    const { result, error } = await send('Runtime.evaluate', { expression, ...options })
    const thrown = error?.message ?? result?.exceptionDetails?.exception?.description
    if (thrown !== undefined) throw new Error(thrown)
    return result?.result.value
  }

  async function collectGarbage(): Promise<void> {
    await send('HeapProfiler.collectGarbage')
  }

  return { evaluate, collectGarbage }
}

/** The process must have been started with `--inspect-port=0`, so that several can be hooked at once. */
function openInspector(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = ''
    const listen = (chunk: Buffer) => {
      told += chunk.toString()
      const address = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(told)?.[0]
      if (address === undefined) return
      process.stderr?.off('data', listen)
      resolve(address)
    }
    process.stderr?.on('data', listen)
    process.once('exit', () => reject(new Error('the process ended before it could be hooked')))
    process.kill('SIGUSR1')
  })
}
