import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
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
      const phone = virtualPhone.android({ authority, files: createFolderFiles(folder), ...more })
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
      return { phone, hardware: current, close }
    },
    close: () => void jvm.kill(),
  }
}

/** The Kotlin module as a subject of the conformance cases. */
export function subjectsOf(harness: Harness): MakeSubject {
  return async ({ platform: _, software, ...needs }) => {
    const { phone, hardware, close } = await harness.phone({ ...needs, emulator: software ?? false })
    return { hardware, world: phone, close, ...(judge !== undefined && { judge }) }
  }
}
