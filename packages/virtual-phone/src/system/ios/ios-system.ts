import type { VirtualAuthority } from '../../authority/authority.ts'
import type { Channel } from '../../channel/channel.ts'
import { createLocalChannel } from '../../channel/local-channel.ts'
import type { VirtualCrypto } from '../../crypto/port.ts'
import type { DeviceClock } from '../../device-clock.ts'
import type { SecureWorldCalls } from '../../secure-world/types.ts'
import type { SeededRandom } from '../../seeded-random.ts'
import type { ControlCalls, ControlEvents } from '../controls.ts'
import { createFileCalls } from '../file-calls.ts'
import type { FileStore } from '../file-store.ts'
import { withPlannedFailures } from '../planned-failures.ts'
import { createTouches } from '../touches.ts'
import { AppAttest } from './app-attest.ts'
import type { IosCalls, IosEvents } from './calls.ts'
import { createIosControls } from './ios-controls.ts'
import { Keychain } from './keychain.ts'
import { LocalAuthentication } from './local-authentication.ts'

/** What iOS runs on, and which app on it. */
export interface IosSystemOptions {
  readonly world: Channel<SecureWorldCalls, object>
  readonly crypto: VirtualCrypto
  readonly random: SeededRandom
  readonly authority: () => Promise<VirtualAuthority>
  readonly clock: DeviceClock
  readonly files: FileStore
  readonly systemVersion: string
  readonly appId: string
  readonly bundleVersion: string
  readonly biometry: 'touchID' | 'faceID'
  readonly simulator: boolean
  readonly debuggable: boolean
  readonly faceIdUsageDescription: boolean
}

/** What changes while iOS runs. */
export interface IosState {
  sensor: { readonly present: boolean; readonly available: boolean; readonly permission: boolean }
  lifecycle: IosEvents['lifecycle']['state']
  deviceLocked: boolean
  appId: string
}

/** Both sides of an iPhone. */
export interface IosSystem {
  readonly app: Channel<IosCalls, IosEvents>
  readonly control: Channel<ControlCalls, ControlEvents>
}

/** iOS over a Secure Enclave: keychain, LocalAuthentication, App Attest, lifecycle, disk. */
export function createIosSystem(options: IosSystemOptions): IosSystem {
  const { world, clock, files } = options
  const state: IosState = {
    sensor: { present: true, available: true, permission: true },
    lifecycle: 'active',
    deviceLocked: false,
    appId: options.appId,
  }
  const touches = createTouches()
  const authentication = new LocalAuthentication({
    world,
    touches,
    random: options.random,
    state,
    biometry: options.biometry,
    faceIdUsageDescription: options.faceIdUsageDescription,
    onShown: (title) => control.emit('prompt', { title, subtitle: '', description: '' }),
    onClosed: () => control.emit('promptClosed', {}),
    onLifecycle: (next) => {
      state.lifecycle = next
      app.emit('lifecycle', { state: next })
    },
  })
  const keychain = new Keychain({ world, authentication, state, simulator: options.simulator })
  const launchClaims = Number.parseInt(options.systemVersion, 10) >= 27
  const appAttest = new AppAttest({
    world,
    crypto: options.crypto,
    authority: options.authority,
    now: clock.now,
    appId: () => state.appId,
    simulator: options.simulator,
    development: options.debuggable,
    bundleVersion: launchClaims ? options.bundleVersion : undefined,
  })
  const watched = withPlannedFailures<IosCalls>(
    {
      'app.info': () => ({
        systemVersion: options.systemVersion,
        appId: state.appId,
        faceIdUsageDescription: options.faceIdUsageDescription,
        simulator: options.simulator,
        debuggable: options.debuggable,
        folders: files.paths,
      }),
      ...authentication.handlers,
      ...keychain.handlers,
      ...appAttest.handlers,
      ...createFileCalls(files),
    },
    (call) => control.emit('call', call),
  )
  const app = createLocalChannel<IosCalls, IosEvents>(watched.handlers)
  const controls = createIosControls({
    world,
    clock,
    files,
    touches,
    authentication,
    keychain,
    appAttest,
    state,
    biometry: options.biometry,
    failNext: watched.failNext,
    emit: app.emit,
    processEnded: () => control.emit('processEnded', {}),
  })
  const control = createLocalChannel<ControlCalls, ControlEvents>(controls)
  return { app: app.channel, control: control.channel }
}
