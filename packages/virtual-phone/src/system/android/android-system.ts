import { type Bytes, type Channel, SystemFailure } from '../../channel/channel.ts'
import { createLocalChannel } from '../../channel/local-channel.ts'
import type { DeviceClock } from '../../device-clock.ts'
import type { SecureWorldCalls } from '../../secure-world/types.ts'
import type { ControlCalls, ControlEvents } from '../controls.ts'
import { createFileCalls } from '../file-calls.ts'
import type { FileStore } from '../file-store.ts'
import { withPlannedFailures } from '../planned-failures.ts'
import { createTouches } from '../touches.ts'
import { createAndroidControls } from './android-controls.ts'
import type { AndroidApp, AndroidCalls, AndroidEvents } from './calls.ts'
import { Keystore } from './keystore.ts'
import { Prompt, type SensorStatus } from './prompt.ts'

/** What Android runs on, and which app on it. */
export interface AndroidSystemOptions {
  readonly world: Channel<SecureWorldCalls, object>
  readonly clock: DeviceClock
  readonly files: FileStore
  readonly apiLevel: number
  readonly packageName: string
  readonly version: number
  readonly signers: readonly Bytes[]
  readonly debuggable: boolean
  readonly allowBackup: boolean
  readonly emulator: boolean
  /** `feature`: says it has one. `broken`: says so and has none. */
  readonly strongBox: 'yes' | 'no' | 'broken'
  readonly features: AndroidApp['features']
  readonly sensor: SensorStatus
  readonly integrityToken: ((nonce: string) => Promise<string>) | undefined
}

/** Both sides of a phone: what apps ask, and what people do to it. */
export interface AndroidSystem {
  readonly app: Channel<AndroidCalls, AndroidEvents>
  readonly control: Channel<ControlCalls, ControlEvents>
}

/** What changes while Android runs. */
export interface AndroidState {
  sensor: SensorStatus
  signers: readonly Bytes[]
  lifecycle: 'resumed' | 'paused' | 'stopped' | 'destroyed'
  screenSecure: boolean
}

/** Android over a secure world: key store, prompt, package manager, lifecycle, disk. */
export function createAndroidSystem(options: AndroidSystemOptions): AndroidSystem {
  const { world, clock, files, integrityToken } = options
  const state: AndroidState = {
    sensor: options.sensor,
    signers: options.signers,
    lifecycle: 'resumed',
    screenSecure: false,
  }
  const touches = createTouches()
  const keystore = new Keystore({
    world,
    apiLevel: options.apiLevel,
    emulator: options.emulator,
    strongBox: options.strongBox === 'yes',
    app: () => ({ packageName: options.packageName, version: options.version, signers: state.signers }),
    now: clock.now,
  })
  const prompt = new Prompt({
    world,
    touches,
    sensor: () => state.sensor,
    challengeOf: (operation) => keystore.challengeOf(operation),
    addToken: (token) => keystore.addToken(token),
    resumed: () => state.lifecycle === 'resumed',
    onFailed: () => app.emit('prompt.failed', {}),
    onShown: ({ title, subtitle, description }) => control.emit('prompt', { title, subtitle, description }),
    onClosed: () => control.emit('promptClosed', {}),
  })

  const watched = withPlannedFailures<AndroidCalls>(
    {
      'app.info': () => ({
        apiLevel: options.apiLevel,
        packageName: options.packageName,
        signingDigests: state.signers,
        debuggable: options.debuggable,
        emulator: options.emulator,
        strongBoxFeature: options.strongBox !== 'no',
        features: state.sensor.present ? options.features : [],
        integrityProvider: integrityToken !== undefined,
        folders: files.paths,
      }),
      'biometric.canAuthenticate': async ({ authenticators }) => ({
        code: await prompt.canAuthenticate(authenticators),
      }),
      'keyguard.isDeviceSecure': async () => ({
        secure: (await world.call('credential.state', {})).sid !== '0',
      }),
      ...keystore.handlers,
      'prompt.show': (request) => prompt.show(request),
      'prompt.cancel': () => {
        prompt.close({ outcome: 'error', code: 5, message: 'Canceled by the app.' })
        return null
      },
      ...createFileCalls(files),
      'window.secure': ({ on }) => {
        state.screenSecure = on
        return null
      },
      'integrity.token': async ({ nonce }) => {
        if (integrityToken === undefined) throw new SystemFailure('IntegrityUnavailable')
        return { token: await integrityToken(nonce) }
      },
    },
    (call) => control.emit('call', call),
  )
  const app = createLocalChannel<AndroidCalls, AndroidEvents>(watched.handlers)
  const controls = createAndroidControls({
    world,
    clock,
    files,
    touches,
    keystore,
    prompt,
    state,
    allowBackup: options.allowBackup,
    passive: options.features.some((feature) => feature !== 'fingerprint'),
    failNext: watched.failNext,
    emit: app.emit,
    processEnded: () => control.emit('processEnded', {}),
  })
  const control = createLocalChannel<ControlCalls, ControlEvents>(controls)
  return { app: app.channel, control: control.channel }
}
