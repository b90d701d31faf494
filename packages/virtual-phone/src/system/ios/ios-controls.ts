import { type Channel, type Handlers, SystemFailure } from '../../channel/channel.ts'
import type { LocalChannel } from '../../channel/local-channel.ts'
import type { DeviceClock } from '../../device-clock.ts'
import type { SecureWorldCalls } from '../../secure-world/types.ts'
import type { ControlCalls, PlannedFailure } from '../controls.ts'
import type { FileStore } from '../file-store.ts'
import { occupySlots } from '../occupied-slots.ts'
import { createStorageControls, eraseFiles } from '../storage-controls.ts'
import type { Touches } from '../touches.ts'
import type { AppAttest } from './app-attest.ts'
import type { IosCalls, IosEvents } from './calls.ts'
import { laError } from './errors.ts'
import type { IosState } from './ios-system.ts'
import type { Keychain } from './keychain.ts'
import type { LocalAuthentication } from './local-authentication.ts'

/** What the controls of an iPhone pull at. */
export interface IosControlSurroundings {
  readonly world: Channel<SecureWorldCalls, object>
  readonly clock: DeviceClock
  readonly files: FileStore
  readonly touches: Touches
  readonly authentication: LocalAuthentication
  readonly keychain: Keychain
  readonly appAttest: AppAttest
  readonly state: IosState
  readonly biometry: 'touchID' | 'faceID'
  readonly failNext: (failure: PlannedFailure) => void
  readonly emit: LocalChannel<IosCalls, IosEvents>['emit']
  readonly processEnded: () => void
}

/** What people and the system do to an iPhone. */
export function createIosControls(around: IosControlSurroundings): Handlers<ControlCalls> {
  return {
    ...createUserControls(around),
    ...createLifecycleControls(around),
    ...createStorageControls(around.files, []),
    ...createDeviceControls(around),
  }
}

function createUserControls({
  world,
  touches,
  authentication,
  keychain,
  state,
  biometry,
  emit,
}: IosControlSurroundings) {
  return {
    touch: async ({ finger }) => {
      await touches.touch(finger)
      return null
    },
    // Whether the eyes must be on it is a setting of the phone's; iOS asks nobody to confirm for apps.
    look: async ({ face }) => {
      if (biometry === 'faceID') await touches.look(face)
      return null
    },
    confirmPrompt: () => null,
    clearTouches: () => {
      touches.clear()
      return null
    },
    dismissPrompt: () => {
      authentication.end(laError.userCancel)
      return null
    },
    // Keybound's prompts hide the fallback.
    enterCredential: () => null,
    failPrompt: ({ code }) => {
      if (!authentication.end(code)) authentication.force(code)
      return null
    },
    forceSuccess: () => {
      authentication.force(null)
      return null
    },
    enrol: ({ finger }) => world.call('sensor.enrol', { finger }),
    unenrol: ({ finger }) => world.call('sensor.remove', { finger }),
    lockOut: ({ lockout }) => world.call('sensor.lockOut', { lockout }),
    unlockWithCredential: async () => {
      await world.call('credential.verify', { challenge: '0' })
      state.deviceLocked = false
      return null
    },
    setScreenLock: async ({ on }) => {
      await world.call('credential.set', { on })
      if (!on) {
        const { enrolled } = await world.call('sensor.state', {})
        for (const finger of enrolled) await world.call('sensor.remove', { finger })
        await keychain.passcodeRemoved()
      }
      return null
    },
    setSensor: ({ securityUpdateRequired: _, ...change }) => {
      state.sensor = { ...state.sensor, ...change }
      return null
    },
    setDeviceLocked: ({ locked }) => {
      state.deviceLocked = locked
      if (locked) authentication.end(laError.systemCancel)
      return null
    },
    weakenNextKey: ({ weakness }) => {
      keychain.weakenNext(weakness)
      return null
    },
    interact: ({ type }) => {
      emit(type, {})
      return null
    },
  } satisfies Partial<Handlers<ControlCalls>>
}

function createLifecycleControls({ authentication, state, emit, processEnded }: IosControlSurroundings) {
  const to = (...states: IosState['lifecycle'][]) => {
    for (const next of states) {
      state.lifecycle = next
      emit('lifecycle', { state: next })
    }
    return null
  }
  const restart = () => {
    authentication.end(laError.systemCancel)
    processEnded()
    return to('active')
  }
  return {
    background: () => {
      if (state.lifecycle === 'background') return null
      to('inactive', 'background')
      authentication.end(laError.systemCancel)
      return null
    },
    foreground: () => (state.lifecycle === 'active' ? null : to('active')),
    // Turning the screen leaves an app of iOS where it is.
    recreateActivity: () => null,
    killApp: restart,
    reboot: restart,
  } satisfies Partial<Handlers<ControlCalls>>
}

function createDeviceControls(around: IosControlSurroundings) {
  const { world, clock, files, authentication, appAttest, state, failNext, processEnded } = around
  /** The keychain stays (ios.md §7). */
  const reinstall = async () => {
    authentication.end(laError.systemCancel)
    appAttest.clear()
    await eraseFiles(files)
    processEnded()
    return null
  }
  return {
    advance: ({ milliseconds }) => {
      clock.advance(milliseconds)
      return null
    },
    setClock: ({ now }) => {
      clock.set(now)
      return null
    },
    clearData: reinstall,
    reinstall,
    unlockBootloader: () => {
      throw new SystemFailure(
        'UnknownCall',
        undefined,
        'Unexpected phone, expected one whose bootloader opens.',
      )
    },
    root: () => {
      // Jailbroken at run time: neither the Enclave nor App Attest learns of it. A residual risk.
      authentication.end(laError.systemCancel)
      processEnded()
      return null
    },
    resign: () => {
      state.appId = `FOREIGN123${state.appId.slice(state.appId.indexOf('.'))}`
      return null
    },
    pruneOperations: () => null,
    occupySlots: ({ free }) => occupySlots(world, free),
    openOperations: () => world.call('operation.count', { level: 'enclave' }),
    failNext: (failure) => {
      failNext(failure)
      return null
    },
  } satisfies Partial<Handlers<ControlCalls>>
}
