import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type VirtualAndroidOptions,
  type VirtualAuthority,
  type VirtualPhone,
  virtualPhone,
} from '@keybound/virtual-phone'
import { createFolderFiles, servePhone } from '@keybound/virtual-phone/node'
import { readFilesBelow } from '../../../test/support/canaries.ts'
import { hooked } from '../tools/inspector.ts'
import { startApp } from './app-process.ts'
import { handOf } from './hand.ts'
import { foreignIosAppId, foreignSigner, labApp, labIosAppId, labSigner } from './lab-app.ts'
import type { PackedApps } from './pack.ts'
import type { LabServer } from './server.ts'
import type { AppTraits, Target } from './target.ts'

/** An app that can be put on a phone and attacked. */
export interface App extends AppTraits {
  /** What opens the protected; asked for when the owner has set the app up. */
  readonly keys: (phone: VirtualPhone, folder: string) => ReturnType<Target['keys']>
}

/** What a lab is made of. */
export interface Lab {
  readonly authority: VirtualAuthority
  readonly server: LabServer
  readonly packed: PackedApps
}

/** Puts an app on a new phone; its owner has signed in with the password and turned biometrics on. */
export async function installed(lab: Lab, app: App): Promise<Target> {
  const { target, set } = await setUp(lab, app, {})
  if ('refused' in set) throw new Error(`${app.name} could not be set up: ${set.refused}`)
  return target
}

async function setUp(lab: Lab, app: App, model: PhoneModel, script?: string) {
  const username = await lab.server.createOwner()
  const target = await onPhone(lab, app, { username, files: new Map(), model })
  if (script !== undefined) await target.hooked(({ evaluate }) => evaluate(script))
  // One to register, one to sign in.
  target.phone.touch('owner')
  target.phone.touch('owner')
  return { target, set: await target.setUp() }
}

/** What is special about a phone, and the app on it. */
interface PhoneModel extends Pick<VirtualAndroidOptions, 'sensorClass' | 'sensors'> {
  /** Whether somebody else has signed the app. */
  readonly resigned?: boolean
}

/** The app of a phone's owner, and what it kept. */
interface Installed {
  readonly username: string
  /** With names relative to the sandbox. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly model?: PhoneModel
}

/** On a phone whose sandbox holds the files. */
async function onPhone(
  lab: Lab,
  app: App,
  { username, files, model }: Installed,
): Promise<Target & { readonly setUp: Target['open'] }> {
  const folder = mkdtempSync(join(tmpdir(), 'keybound-lab-'))
  const phone = newPhone(lab, app, folder, model)
  for (const [path, bytes] of files) writeFileSync(join(folder, path), bytes)
  const socket = await servePhone(phone)
  const hand = handOf(phone)
  const start = () =>
    startApp(lab.packed.files[app.kind], {
      name: app.name,
      system: app.system,
      phone: socket,
      server: lab.server.address,
      username,
    })
  let process = await start()

  const copy = () => {
    const kept = [...readFilesBelow(folder)]
    return new Map(kept.map(([path, bytes]) => [path.slice(folder.length + 1), bytes]))
  }
  const startAnew = async (change: () => Promise<unknown>) => {
    await process.end()
    await change()
    process = await start()
  }
  const ask = async (command: 'setUp' | 'open' | 'lock') => {
    const opened = await process.send(command)
    hand.forget()
    return opened
  }
  return {
    ...app,
    secret: lab.server.secret,
    isPaid: lab.server.isPaid,
    async opensFor(token) {
      const path = app.kind === 'naive' ? '/naive/secret' : '/secret'
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(lab.server.address + path, { headers })
      return (await response.text()).includes(lab.server.secret)
    },
    phone: hand,
    keys() {
      hand.touch('owner')
      return app.keys(phone, folder)
    },
    pid: () => process.child.pid ?? 0,
    setUp: () => ask('setUp'),
    open: () => ask('open'),
    async lock() {
      await ask('lock')
    },
    log: () => process.log(),
    hooked: (work) => hooked(process.child, work),
    files: () => readFilesBelow(folder),
    async backup() {
      const stored = await phone.backup()
      return new Map(stored.map(({ folder, name, bytes }) => [`${folder}/${name}`, Buffer.from(bytes)]))
    },
    writeFile: (path, bytes) => writeFileSync(path, bytes),
    restart: () => startAnew(phone.killApp),
    reinstall: () => startAnew(phone.reinstall),
    onAnotherPhone: () => onPhone(lab, app, { username, files: copy() }),
    onPhoneWithFace: (sensorClass) => setUp(lab, app, { sensorClass, sensors: ['face'] }),
    resigned: (script) => setUp(lab, app, { resigned: true }, script),
    async close() {
      await process.end()
      await socket.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function newPhone(
  { authority }: Lab,
  { system }: App,
  folder: string,
  { resigned = false, ...model }: PhoneModel = {},
): VirtualPhone {
  const common = { seed: folder, authority, files: createFolderFiles(folder) }
  if (system === 'ios') {
    return virtualPhone.ios({ ...common, appId: resigned ? foreignIosAppId : labIosAppId })
  }
  const signer = resigned ? foreignSigner : labSigner
  return virtualPhone.android({
    ...common,
    ...model,
    appId: labApp.packageName,
    signer,
    allowBackup: true,
  })
}
