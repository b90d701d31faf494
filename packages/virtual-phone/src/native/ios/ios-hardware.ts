import type { DeviceDescription, LifecycleEvent, SecureHardware } from '@keybound/phone'
import type { Channel } from '../../channel/channel.ts'
import type { VirtualCrypto } from '../../crypto/port.ts'
import type { IosCalls, IosEvents } from '../../system/ios/calls.ts'
import { encode } from '../bytes.ts'
import { hardwareError } from '../errors.ts'
import { createFiles } from '../files.ts'
import { sendRequest } from '../http.ts'
import { createKeyMemory } from '../key-memory.ts'
import type { NativeModule, NativeSurroundings } from '../native-module.ts'
import { createPromptTurn } from '../prompt-turn.ts'
import { createSoftwareKeys } from '../software-keys.ts'
import { isLaError } from './failures.ts'
import { createIosAppAttest } from './ios-app-attest.ts'
import { createIosKeys } from './ios-keys.ts'
import { createIosRecords } from './ios-records.ts'
import { createIosUses } from './ios-uses.ts'

/** The way from the app to iOS. */
export type IosChannel = Channel<IosCalls, IosEvents>

/** The native module of an iOS app, in TypeScript: the twin of the Swift one, over the same system calls. */
export function createIosHardware(system: IosChannel, { crypto, fetch }: NativeSurroundings): NativeModule {
  const memory = createKeyMemory(crypto)
  const records = createIosRecords(system)
  const prompting: { context: string | undefined } = { context: undefined }
  const closePrompt = async () => {
    if (prompting.context !== undefined) await system.call('la.invalidate', { context: prompting.context })
  }
  const turn = createPromptTurn(closePrompt)
  const listeners = new Set<(event: LifecycleEvent) => void>()
  const tell = (type: LifecycleEvent['type']) => {
    for (const listener of [...listeners]) listener({ type })
  }
  system.on('lifecycle', ({ state }) => {
    if (state === 'background') turn.interrupt()
    tell(state)
  })
  system.on('touch', () => tell('activity'))
  system.on('screenshot', () => tell('screenshot'))

  const installation = () => installationOf(system, crypto)
  const hardware: SecureHardware = {
    describe: () => describe(system, installation),
    ...createIosKeys(system, records),
    ...createIosUses({ system, crypto, memory, records, turn, prompting }),
    ...createSoftwareKeys(crypto, memory),
    ...createFiles(system),
    ...createIosAppAttest(system, installation),
    integrityToken: async () => {
      throw hardwareError('unsupported', 'Unexpected call, expected one of iOS. Play Integrity is Android’s.')
    },
    // The cover is a view of the app's own; the system has no switch for it.
    setScreenPrivacy: async () => undefined,
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

/** A file that goes with the app: the keychain would outlive it. */
async function installationOf(system: IosChannel, { getRandomValues }: VirtualCrypto): Promise<string> {
  const file = { folder: 'preferences', name: 'installation' } as const
  const { bytes } = await system.call('files.read', { ...file, offset: 0, length: 64 })
  if (bytes !== null) return new TextDecoder().decode(bytes)
  const made = encode(getRandomValues(new Uint8Array(16)))
  await system.call('files.write', { ...file, bytes: new TextEncoder().encode(made), append: false })
  return made
}

async function describe(system: IosChannel, installation: () => Promise<string>): Promise<DeviceDescription> {
  const app = await system.call('app.info', {})
  const { context } = await system.call('la.context', {})
  const status = await statusOf(system, context)
  const { biometryType } = await system.call('la.biometryType', { context })
  return {
    platform: 'ios',
    systemVersion: app.systemVersion,
    appId: app.appId,
    signingDigests: [],
    biometry: { none: 'none', touchID: 'fingerprint', faceID: 'face' }[biometryType] as 'none',
    status,
    screenLock: status !== 'passcodeNotSet',
    keyLevels: app.simulator ? ['software'] : ['secureEnclave'],
    appIntegrity: (await system.call('appAttest.isSupported', {})).supported,
    installation: await installation(),
    development: app.debuggable || app.simulator,
  }
}

async function statusOf(system: IosChannel, context: string): Promise<DeviceDescription['status']> {
  try {
    await system.call('la.canEvaluate', { context })
    return 'ready'
  } catch (error) {
    if (isLaError(error, -5)) return 'passcodeNotSet'
    if (isLaError(error, -7)) return 'notEnrolled'
    if (isLaError(error, -8)) return 'lockedOutPermanently'
    const { biometryType } = await system.call('la.biometryType', { context })
    return biometryType === 'none' ? 'noHardware' : 'permissionDenied'
  }
}
