import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { phoneOverPort, type RemotePhone } from '../remote-phone.ts'
import type { VirtualPhone } from '../virtual-phone.ts'

/** A phone elsewhere, with what only Node has. */
export type NodePhone = RemotePhone & {
  /** Folder of the authority, see `openVirtualAuthority`: its keys never come into this process. */
  readonly authorityFolder?: string
  /** Folder of the app's sandbox. Default in memory. */
  readonly folder?: string
}

/** A phone that runs elsewhere, and the way to end it. */
export interface StartedPhone {
  readonly phone: VirtualPhone
  readonly close: () => Promise<void>
}

const fromSource = import.meta.url.endsWith('.ts')
const script = fileURLToPath(
  new URL(fromSource ? './phone-process.ts' : './phone-process.js', import.meta.url),
)
const execArgv = fromSource ? ['--conditions=keybound-source'] : []

/**
 * A phone in a process of its own: secure world, sensor, system, disk. This process is the app's; its native module is
 * here. Who takes this process over, or reads its memory, has no key of the hardware.
 */
export function startPhoneProcess(start: NodePhone): StartedPhone {
  const child = fork(script, [], { execArgv, serialization: 'advanced', stdio: 'inherit' })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const phone = phoneOverPort(
    {
      send: (message) => child.send(message as object),
      listen: (listener) => child.on('message', listener),
    },
    start,
  )
  return {
    phone,
    close: async () => {
      child.disconnect()
      await gone
    },
  }
}

/** The same in a worker: a wall for code, not for memory, which both share as one process. Starts faster. */
export function startPhoneWorker(start: NodePhone): StartedPhone {
  const worker = new Worker(script, { execArgv })
  const phone = phoneOverPort(
    {
      send: (message) => worker.postMessage(message),
      listen: (listener) => worker.on('message', listener),
    },
    start,
  )
  return {
    phone,
    close: async () => {
      await worker.terminate()
    },
  }
}
