import { type AndroidChannel, createAndroidHardware } from '../native/android/android-hardware.ts'
import { createIosHardware, type IosChannel } from '../native/ios/ios-hardware.ts'
import type { NativeModule } from '../native/native-module.ts'
import { surroundingsOf } from '../options.ts'
import { connectSystem, type SocketChannel } from './connect-socket.ts'
import type { PhoneSocket } from './serve-socket.ts'

/** An app in a process of its own, on a phone in another. */
export interface ConnectedApp extends NativeModule {
  /** The system calls: what a hook in the app's process can get at. */
  readonly system: SocketChannel
}

const surroundings = surroundingsOf({})

/**
 * The native module of an Android app in this process, over a phone that `servePhone` serves in another: keys, sensor and
 * prompt are out of reach of whoever takes this process over.
 */
export async function connectAndroid(address: Pick<PhoneSocket, 'port' | 'token'>): Promise<ConnectedApp> {
  const system = await connectSystem(address)
  return { ...createAndroidHardware(system as AndroidChannel, surroundings), system }
}

/** The same for an iPhone. */
export async function connectIos(address: Pick<PhoneSocket, 'port' | 'token'>): Promise<ConnectedApp> {
  const system = await connectSystem(address)
  return { ...createIosHardware(system as IosChannel, surroundings), system }
}
