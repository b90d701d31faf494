import type { SecureHardware } from '@keybound/phone'
import { androidPhone } from './android-phone.ts'
import type { AnyChannel } from './channel/any-channel.ts'
import type { Channel } from './channel/channel.ts'
import { iosPhone } from './ios-phone.ts'
import type { NativeModule } from './native/native-module.ts'
import type { VirtualAndroidOptions, VirtualIosOptions } from './options.ts'
import { PhoneControls } from './phone-controls.ts'
import type { ControlCalls, ControlEvents } from './system/controls.ts'

/** A phone: what the app sees of it, and hands to touch and mistreat it with. */
export class VirtualPhone extends PhoneControls {
  /** The contract, as the app's native module implements it. */
  readonly hardware: SecureHardware
  /** The system calls beneath it: for native modules in other languages. */
  readonly system: AnyChannel

  constructor(
    system: AnyChannel,
    control: Channel<ControlCalls, ControlEvents>,
    { hardware, processEnded }: NativeModule,
  ) {
    super(control)
    this.system = system
    this.hardware = hardware
    control.on('processEnded', processEnded)
  }
}

/** Makes phones. Each is alone: its own secure world, sensor, system and disk. */
export const virtualPhone = {
  /** An Android phone with a class 3 sensor, StrongBox and a locked bootloader, unless the options say otherwise. */
  android: (options: VirtualAndroidOptions = {}): VirtualPhone => {
    const { app, control, module } = androidPhone(options)
    return new VirtualPhone(app as AnyChannel, control, module)
  },
  /** An iPhone with Face ID and Secure Enclave, unless the options say otherwise. */
  ios: (options: VirtualIosOptions = {}): VirtualPhone => {
    const { app, control, module } = iosPhone(options)
    return new VirtualPhone(app as AnyChannel, control, module)
  },
} as const
