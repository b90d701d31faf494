import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { SecureHardware } from '@keybound/phone'
import { createRemoteHardware, type MakeSubject } from '@keybound/phone/conformance'
import { type VirtualAndroidOptions, type VirtualPhone, virtualPhone } from '@keybound/virtual-phone'
import { createFolderFiles, type PhoneSocket, servePhone } from '@keybound/virtual-phone/node'
import { authority, judge } from '../../test/virtual-phone/subject.ts'
import { type Classes, runtimeOf } from './build.ts'
import { javaOptions, type Toolchain } from './toolchain.ts'
import { opens } from './unit-tests.ts'

/** The Kotlin module in a process of its own. */
export interface Harness {
  /** A virtual phone on which the Kotlin module runs. */
  phone(options?: VirtualAndroidOptions): Promise<KotlinPhone>
  close(): void
}

/** A virtual phone, and the Kotlin module on it. */
export interface KotlinPhone {
  readonly phone: VirtualPhone
  readonly hardware: SecureHardware
  /** Where the module's files are, on this machine's disk. */
  readonly folder: string
  close(): Promise<void>
}

/** What meddles with the module as it runs. */
export interface Meddling {
  /** Classes that take the place of the module's own. */
  readonly before?: readonly string[]
  /** A jar of a Java agent, and its argument: `agent.jar=argument`. */
  readonly agent?: string
  /** The module's own screen over androidx.biometric instead of the virtual phone's prompt. */
  readonly screen?: 'androidx'
}

/** Starts the module. */
export function startHarness(
  tools: Toolchain,
  classes: Classes,
  { before = [], agent, screen }: Meddling = {},
): Harness {
  const [ahead, behind] = runtimeOf(tools, classes)
  const path = [...ahead, ...before, classes.main, ...behind, tools.asm]
  const options = [
    ...javaOptions,
    ...opens,
    ...(agent === undefined ? [] : [`-javaagent:${agent}`]),
    ...(screen === undefined ? [] : [`-Dkeybound.screen=${screen}`]),
  ]
  const jvm: ChildProcessByStdio<Writable, Readable, null> = spawn(
    'java',
    [...options, '-cp', path.join(':'), 'dev.keybound.harness.HarnessKt'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const listeners = new Map<number, (line: string) => void>()
  createInterface({ input: jvm.stdout }).on('line', (line) => {
    listeners.get((JSON.parse(line) as { app: number }).app)?.(line)
  })
  let last = 0

  /** One life of the app: a process that ends takes its module along. */
  function startApp({ port, token }: PhoneSocket) {
    last += 1
    const app = last
    const say = (message: object) => jvm.stdin.write(`${JSON.stringify({ app, ...message })}\n`)
    say({ open: { port, token } })
    const hardware = createRemoteHardware({
      send: (line) => say(JSON.parse(line) as object),
      onLine: (listener) => listeners.set(app, listener),
    })
    return { hardware, end: () => say({ close: true }) }
  }

  return {
    async phone(more = {}) {
      const folder = mkdtempSync(join(tmpdir(), 'keybound-phone-'))
      const files = createFolderFiles(folder)
      const phone = virtualPhone.android({ authority, files, ...more })
      const socket = await servePhone(phone)
      let app = startApp(socket)
      phone.watch(({ type }) => {
        if (type !== 'processEnded') return
        app.end()
        app = startApp(socket)
      })
      const current = new Proxy({} as SecureHardware, { get: (_, name) => Reflect.get(app.hardware, name) })
      const close = async () => {
        app.end()
        await socket.close()
        rmSync(folder, { recursive: true, force: true })
      }
      return { phone, hardware: current, folder: files.paths?.noBackup ?? folder, close }
    },
    close: () => void jvm.kill(),
  }
}

/** The Kotlin module as a subject of the conformance cases. */
export function subjectsOf(harness: Harness): MakeSubject {
  return async ({ platform: _, software, ...needs }) => {
    const { phone, hardware, folder, close } = await harness.phone({ ...needs, emulator: software ?? false })
    const failNext: typeof phone.failNext = (failure) => {
      if (failure.call !== 'files.write') return phone.failNext(failure)
      blockWrites(folder)
      return Promise.resolve(null)
    }
    const world = new Proxy(phone, {
      get: (target, name) => (name === 'failNext' ? failNext : (Reflect.get(target, name) as unknown)),
    })
    return { hardware, world, close, ...(judge !== undefined && { judge }) }
  }
}

/** Puts a folder where the module writes what is to take a file's place: the disk itself then refuses. */
function blockWrites(folder: string): void {
  for (const name of readdirSync(folder)) mkdirSync(join(folder, `.${name}.new`))
}
