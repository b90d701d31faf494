/** The script of a Web Worker with a phone in it: `new Worker(new URL('…', import.meta.url), { type: 'module' })`. */
import { hostPhone } from '../remote-phone.ts'
import type { WorkerLike } from './worker-port.ts'

/** Waits in a worker for the phone that the page asks for. Runs by itself where this module is a worker's script. */
export function hostInWorker(scope: WorkerLike): void {
  hostPhone({
    send: (message) => scope.postMessage(message),
    listen: (listener) => scope.addEventListener('message', ({ data }) => listener(data)),
  })
}

if ('WorkerGlobalScope' in globalThis) hostInWorker(globalThis as unknown as WorkerLike)
