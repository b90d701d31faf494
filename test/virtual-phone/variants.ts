import type { SecureHardware } from '@keybound/phone'
import type { ConformanceSubject, PhoneNeeds } from '@keybound/phone/conformance'
import { createAndroidMachine } from '../../packages/virtual-phone/src/android-phone.ts'
import type { Channel } from '../../packages/virtual-phone/src/channel/channel.ts'
import { createIosMachine } from '../../packages/virtual-phone/src/ios-phone.ts'
import { createAndroidHardware } from '../../packages/virtual-phone/src/native/android/android-hardware.ts'
import { createIosHardware } from '../../packages/virtual-phone/src/native/ios/ios-hardware.ts'
import { surroundingsOf } from '../../packages/virtual-phone/src/options.ts'
import { PhoneControls } from '../../packages/virtual-phone/src/phone-controls.ts'
import type { SecureWorldChannel } from '../../packages/virtual-phone/src/secure-world/secure-world.ts'
import type { AndroidCalls, AndroidEvents } from '../../packages/virtual-phone/src/system/android/calls.ts'
import type { ControlCalls, ControlEvents } from '../../packages/virtual-phone/src/system/controls.ts'
import type { IosCalls, IosEvents } from '../../packages/virtual-phone/src/system/ios/calls.ts'
import { authority, judge } from './subject.ts'

/** A way to answer a call otherwise: `real` gives what the right one would. */
export type Overrides<T> = {
  readonly [Name in keyof T]?: (
    request: T[Name] extends (request: infer R) => unknown ? R : never,
    real: (request: T[Name] extends (request: infer R) => unknown ? R : never) => Promise<unknown>,
  ) => unknown
}

/** What is made wrong, and where: in the secure world, in the system, in the native module, or in what happens outside. */
export interface Variant {
  readonly name: string
  readonly platform: 'android' | 'ios'
  /** Every one of these cases must fail. */
  readonly fails: readonly string[]
  readonly world?: (world: SecureWorldChannel) => SecureWorldChannel
  readonly android?: (system: Channel<AndroidCalls, AndroidEvents>) => Channel<AndroidCalls, AndroidEvents>
  readonly ios?: (system: Channel<IosCalls, IosEvents>) => Channel<IosCalls, IosEvents>
  readonly control?: (control: Channel<ControlCalls, ControlEvents>) => Channel<ControlCalls, ControlEvents>
  readonly hardware?: (hardware: SecureHardware) => Partial<SecureHardware>
}

/** A channel that answers some calls otherwise. */
export function answering<T, Events>(overrides: Overrides<T>) {
  return (channel: Channel<T, Events>): Channel<T, Events> => ({
    on: (name, listener) => channel.on(name, listener),
    call: async (name, request) => {
      const override = overrides[name] as
        | ((request: unknown, real: (request: unknown) => Promise<unknown>) => unknown)
        | undefined
      const real = (changed: unknown) => channel.call(name, changed as typeof request)
      return (await (override === undefined ? real(request) : override(request, real))) as never
    },
  })
}

const same = <T>(value: T): T => value
const surroundings = surroundingsOf({ fetch: () => Promise.reject(new Error('no network')) })

/** A phone with the variant's fault, as a case needs it. */
export function subjectOf(variant: Variant, needs: PhoneNeeds): ConformanceSubject {
  const { world = same, android = same, ios = same, control = same, hardware = () => ({}) } = variant
  const { software = false, platform, ...options } = needs
  const machine =
    platform === 'android'
      ? createAndroidMachine({ ...options, authority, emulator: software }, world)
      : createIosMachine({ ...options, authority, simulator: software }, world)
  const controlChannel = control(machine.control)
  const module =
    platform === 'android'
      ? createAndroidHardware(android(machine.app as Channel<AndroidCalls, AndroidEvents>), surroundings)
      : createIosHardware(ios(machine.app as Channel<IosCalls, IosEvents>), surroundings)
  machine.control.on('processEnded', module.processEnded)
  const right = module.hardware
  return {
    hardware: { ...right, ...hardware(right) },
    world: new PhoneControls(controlChannel),
    ...(judge && { judge }),
  }
}
