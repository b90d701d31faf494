import { createAndroidMachine } from './android-phone.ts'
import { type AuthorityState, createVirtualAuthority, type VirtualAuthority } from './authority/authority.ts'
import type { AnyChannel } from './channel/any-channel.ts'
import type { Channel } from './channel/channel.ts'
import { openPort, type PhoneChannels, type Port, servePort } from './channel/port.ts'
import { createIosMachine } from './ios-phone.ts'
import { type AndroidChannel, createAndroidHardware } from './native/android/android-hardware.ts'
import { createIosHardware, type IosChannel } from './native/ios/ios-hardware.ts'
import {
  surroundingsOf,
  type VirtualAndroidOptions,
  type VirtualIosOptions,
  type VirtualPhoneOptions,
} from './options.ts'
import type { ControlCalls, ControlEvents } from './system/controls.ts'
import type { FileStore } from './system/file-store.ts'
import { VirtualPhone } from './virtual-phone.ts'

/** What cannot go to another program. */
type Local = 'authority' | 'now' | 'wait' | 'crypto' | 'fetch' | 'files' | 'integrityToken'

/** Which phone to start elsewhere: plain data. */
export type RemotePhone = (
  | ({ readonly platform: 'android' } & Omit<VirtualAndroidOptions, Local>)
  | ({ readonly platform: 'ios' } & Omit<VirtualIosOptions, Local>)
) & {
  /** The authority's keys. In Node rather name its folder: then they never pass through the app's process. */
  readonly authority?: AuthorityState
}

/** What the place where a phone runs gives it. */
export interface PhoneHost {
  readonly authority?: VirtualAuthority | Promise<VirtualAuthority>
  readonly files?: FileStore
}

/** Waits for the first message, starts the phone it describes, and serves it. */
export function hostPhone(port: Port, prepare: (start: RemotePhone) => PhoneHost = () => ({})): void {
  let started = false
  port.listen((message) => {
    if (started) return
    started = true
    const start = message as RemotePhone
    const { authority: state, ...options } = start
    const kept = state === undefined ? {} : { authority: createVirtualAuthority({ state }) }
    servePort(port, machineOf({ ...options, ...kept, ...prepare(start) }))
  })
}

type Machine = ({ platform: 'android' } & VirtualAndroidOptions) | ({ platform: 'ios' } & VirtualIosOptions)

function machineOf(options: Machine): PhoneChannels {
  const { app, control } =
    options.platform === 'android' ? createAndroidMachine(options) : createIosMachine(options)
  return { app: app as AnyChannel, control: control as AnyChannel }
}

/**
 * Starts a phone at the other end of a port. The app's native module is in this program, and its network with it;
 * everything else is there.
 */
export function phoneOverPort(
  port: Port,
  start: RemotePhone,
  own: Pick<VirtualPhoneOptions, 'crypto' | 'fetch'> = {},
): VirtualPhone {
  port.send(start)
  const { app, control } = openPort(port)
  const surroundings = surroundingsOf(own)
  const module =
    start.platform === 'android'
      ? createAndroidHardware(app as AndroidChannel, surroundings)
      : createIosHardware(app as IosChannel, surroundings)
  return new VirtualPhone(app, control as Channel<ControlCalls, ControlEvents>, module)
}
