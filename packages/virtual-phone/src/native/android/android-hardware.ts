import type { DeviceDescription, LifecycleEvent, SecureHardware } from '@keybound/phone'
import { type Channel, SystemFailure } from '../../channel/channel.ts'
import type { AndroidCalls, AndroidEvents } from '../../system/android/calls.ts'
import { encode } from '../bytes.ts'
import { hardwareError } from '../errors.ts'
import { createFiles } from '../files.ts'
import { sendRequest } from '../http.ts'
import { createKeyMemory } from '../key-memory.ts'
import type { NativeModule, NativeSurroundings } from '../native-module.ts'
import { createPromptTurn } from '../prompt-turn.ts'
import { createSoftwareKeys } from '../software-keys.ts'
import { createAndroidKeys } from './android-keys.ts'
import { createKeyRecords } from './android-records.ts'
import { createAndroidUses } from './android-uses.ts'

/** The way from the app to Android. */
export type AndroidChannel = Channel<AndroidCalls, AndroidEvents>

/** The native module of an Android app, in TypeScript: the twin of the Kotlin one, over the same system calls. */
export function createAndroidHardware(
  system: AndroidChannel,
  { crypto, fetch, wait }: NativeSurroundings,
): NativeModule {
  const memory = createKeyMemory(crypto)
  const records = createKeyRecords(system, crypto)
  const turn = createPromptTurn(() => system.call('prompt.cancel', {}))
  const listeners = new Set<(event: LifecycleEvent) => void>()
  const tell = (type: LifecycleEvent['type']) => {
    for (const listener of [...listeners]) listener({ type })
  }

  system.on('lifecycle', ({ state }) => {
    // A prompt may lose its callback with the activity: nobody waits for it any longer.
    if (state === 'stopped' || state === 'destroyed') turn.interrupt()
    if (state === 'resumed') tell('active')
    if (state === 'paused') tell('inactive')
    if (state === 'stopped') tell('background')
  })
  system.on('touch', () => tell('activity'))
  system.on('screenshot', () => tell('screenshot'))

  const unsupported = async () => {
    throw hardwareError('unsupported', 'Unexpected call, expected one of Android. App Attest is Apple’s.')
  }
  const hardware: SecureHardware = {
    describe: () => describe(system, records.installation),
    ...createAndroidKeys(system, records),
    ...createAndroidUses({ system, crypto, memory, records, turn, wait }),
    ...createSoftwareKeys(crypto, memory),
    ...createFiles(system),
    appAttestKey: unsupported,
    appAttestAttest: unsupported,
    appAttestAssert: unsupported,
    async integrityToken(nonce) {
      try {
        return (await system.call('integrity.token', { nonce })).token
      } catch (error) {
        const { integrityProvider } = await system.call('app.info', {})
        if (!integrityProvider)
          throw hardwareError('unsupported', 'Unexpected call without a provider. Set one.')
        throw hardwareError('integrityUnavailable', `Unexpected failure of the provider: ${String(error)}.`)
      }
    },
    setScreenPrivacy: async (on) => {
      await system.call('window.secure', { on })
    },
    request: (request) => sendRequest(fetch, request),
    onLifecycle(listener) {
      listeners.add(listener)
      return { remove: () => listeners.delete(listener) }
    },
  }
  return {
    hardware,
    processEnded() {
      turn.interrupt()
      memory.clear()
    },
  }
}

async function describe(
  system: AndroidChannel,
  installation: () => Promise<string>,
): Promise<DeviceDescription> {
  const app = await system.call('app.info', {})
  const { secure } = await system.call('keyguard.isDeviceSecure', {})
  const [feature, ...others] = app.features
  return {
    platform: 'android',
    systemVersion: String(app.apiLevel),
    appId: app.packageName,
    signingDigests: app.signingDigests.map((digest) => encode(digest)),
    biometry: feature === undefined ? 'none' : others.length > 0 ? 'multiple' : feature,
    status: await statusOf(system, secure),
    screenLock: secure,
    keyLevels: app.emulator
      ? ['software']
      : app.strongBoxFeature
        ? ['trustedEnvironment', 'strongBox']
        : ['trustedEnvironment'],
    appIntegrity: app.integrityProvider,
    installation: await installation(),
    development: app.debuggable || app.emulator,
  }
}

/** `canAuthenticate` says nothing of lockouts; that is learnt from the prompt. */
async function statusOf(system: AndroidChannel, secure: boolean): Promise<DeviceDescription['status']> {
  const codeOf = async (authenticators: number) =>
    (await system.call('biometric.canAuthenticate', { authenticators })).code
  try {
    if (!secure) return 'passcodeNotSet'
    const code = await codeOf(15)
    if (code === 0) return 'ready'
    if ((await codeOf(255)) === 0) return 'weakOnly'
    if (code === 11) return 'notEnrolled'
    if (code === 12) return 'noHardware'
    return code === 15 ? 'securityUpdateRequired' : 'unavailable'
  } catch (error) {
    if (error instanceof SystemFailure) return 'unavailable'
    throw error
  }
}
