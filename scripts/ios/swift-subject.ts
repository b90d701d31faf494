import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createRemoteHardware, type MakeSubject } from '@keybound/phone/conformance'
import { createFolderFiles, servePhone } from '@keybound/virtual-phone/node'
import { phoneOf } from '../../test/virtual-phone/subject.ts'
import { work } from './swift-package.ts'
import { inToolchain } from './toolchain.ts'

/** The module's own Swift in a process of its own, on a virtual iPhone. */
export const makeSwift: MakeSubject = async (needs) => {
  mkdirSync(join(work, 'phones'), { recursive: true })
  const folder = mkdtempSync(join(work, 'phones/phone-'))
  const phone = phoneOf(needs, { files: createFolderFiles(folder) })
  const socket = await servePhone(phone)
  const listeners: ((line: string) => void)[] = []
  const app = startApp([String(socket.port), socket.token], (line) => {
    for (const listener of listeners) listener(line)
  })
  const stop = phone.watch(({ type }) => {
    if (type === 'processEnded') app.restart()
  })
  const hardware = createRemoteHardware({
    send: app.send,
    onLine: (listener) => {
      listeners.push(listener)
    },
  })
  const failNext: typeof phone.failNext = (failure) => {
    if (failure.call !== 'files.write') return phone.failNext(failure)
    app.send(JSON.stringify({ failNextWrite: failure.number ?? 28 }))
    return Promise.resolve(null)
  }
  const world = new Proxy(phone, {
    get: (target, name) => (name === 'failNext' ? failNext : (Reflect.get(target, name) as unknown)),
  })
  return {
    hardware,
    world,
    close: async () => {
      stop()
      app.end()
      await socket.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A process that is started anew when the phone ends it; what is said meanwhile waits until it is ready. */
function startApp(args: readonly string[], heard: (line: string) => void) {
  let process: ChildProcessWithoutNullStreams
  let waiting: string[] | undefined
  const start = () => {
    waiting = []
    const [program, ...rest] = inToolchain(work, [join(work, '.build/debug/Harness'), ...args])
    const started = spawn(program, rest, { stdio: 'pipe' })
    process = started
    started.stdin.on('error', () => undefined)
    started.stderr.resume()
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (started !== process) return
      if (!line.startsWith('{"ready"')) return heard(line)
      for (const held of waiting ?? []) started.stdin.write(held)
      waiting = undefined
    })
  }
  start()
  return {
    send: (line: string) => {
      if (waiting === undefined) process.stdin.write(`${line}\n`)
      else waiting.push(`${line}\n`)
    },
    restart: () => {
      process.kill('SIGKILL')
      start()
    },
    end: () => {
      process.kill('SIGKILL')
    },
  }
}
