import type { Channel, Handlers } from '../../channel/channel.ts'
import type { LocalChannel } from '../../channel/local-channel.ts'
import type { DeviceClock } from '../../device-clock.ts'
import type { SecureWorldCalls } from '../../secure-world/types.ts'
import type { ControlCalls } from '../controls.ts'
import type { FileStore } from '../file-store.ts'
import { occupySlots } from '../occupied-slots.ts'
import { createStorageControls, eraseFiles } from '../storage-controls.ts'
import type { Touches } from '../touches.ts'
import type { AndroidState } from './android-system.ts'
import type { AndroidCalls, AndroidEvents } from './calls.ts'
import type { Keystore } from './keystore.ts'
import { type Prompt, promptError, refusal } from './prompt.ts'

/** What the controls of an Android phone pull at. */
export interface AndroidControlSurroundings {
  readonly world: Channel<SecureWorldCalls, object>
  readonly clock: DeviceClock
  readonly files: FileStore
  readonly touches: Touches
  readonly keystore: Keystore
  readonly prompt: Prompt
  readonly state: AndroidState
  readonly allowBackup: boolean
  /** Whether its sensor recognises people without their doing: a face, an iris. */
  readonly passive: boolean
  readonly failNext: (failure: Parameters<ControlCalls['failNext']>[0]) => void
  readonly emit: LocalChannel<AndroidCalls, AndroidEvents>['emit']
  readonly processEnded: () => void
}

/** What people and the system do to an Android phone. */
export function createAndroidControls(around: AndroidControlSurroundings): Handlers<ControlCalls> {
  return {
    ...createUserControls(around),
    ...createLifecycleControls(around),
    ...createStorageControls(around.files, around.allowBackup ? ['preferences'] : []),
    ...createDeviceControls(around),
  }
}

function createUserControls(around: AndroidControlSurroundings) {
  const { world, touches, prompt, keystore, state, passive, emit } = around
  return {
    touch: async ({ finger }) => {
      await touches.touch(finger)
      return null
    },
    look: async ({ face }) => {
      if (passive) await touches.look(face)
      return null
    },
    confirmPrompt: () => {
      prompt.confirm()
      return null
    },
    clearTouches: () => {
      touches.clear()
      return null
    },
    dismissPrompt: () => {
      prompt.close(refusal(promptError.negativeButton))
      return null
    },
    enterCredential: async () => {
      await prompt.enterCredential()
      return null
    },
    failPrompt: ({ code }) => {
      if (prompt.isOpen) prompt.close(refusal(code))
      else prompt.force(refusal(code))
      return null
    },
    forceSuccess: () => {
      prompt.force({ outcome: 'succeeded', authenticationType: 2, operation: null })
      return null
    },
    enrol: ({ finger }) => world.call('sensor.enrol', { finger }),
    unenrol: ({ finger }) => world.call('sensor.remove', { finger }),
    lockOut: ({ lockout }) => world.call('sensor.lockOut', { lockout }),
    unlockWithCredential: async () => {
      const { token } = await world.call('credential.verify', { challenge: '0' })
      if (token !== null) keystore.addToken(token)
      return null
    },
    setScreenLock: async ({ on }) => {
      await world.call('credential.set', { on })
      if (!on) {
        // Without a screen lock there are no biometrics, and nothing that was bound to either.
        const { enrolled } = await world.call('sensor.state', {})
        for (const finger of enrolled) await world.call('sensor.remove', { finger })
        await keystore.lockScreenRemoved()
      }
      return null
    },
    setSensor: ({ permission: _, ...change }) => {
      state.sensor = { ...state.sensor, ...change }
      return null
    },
    setDeviceLocked: ({ locked }) => {
      if (locked) prompt.close(refusal(promptError.canceled))
      return null
    },
    weakenNextKey: ({ weakness }) => {
      keystore.weakenNext(weakness)
      return null
    },
    interact: ({ type }) => {
      emit(type, {})
      return null
    },
  } satisfies Partial<Handlers<ControlCalls>>
}

function createLifecycleControls(around: AndroidControlSurroundings) {
  const { prompt, state, emit, processEnded, keystore } = around
  const to = (...states: AndroidEvents['lifecycle']['state'][]) => {
    for (const next of states) {
      state.lifecycle = next === 'created' ? 'stopped' : next
      emit('lifecycle', { state: next })
    }
    return null
  }
  const endProcess = async () => {
    prompt.close({ outcome: 'silent' })
    await keystore.pruneAll()
    processEnded()
  }
  return {
    background: () => {
      if (state.lifecycle !== 'resumed') return null
      to('paused', 'stopped')
      prompt.close(refusal(promptError.canceled))
      return null
    },
    foreground: () => (state.lifecycle === 'resumed' ? null : to('resumed')),
    // The fragment that held the callback goes with the activity: without a new one nobody is told (androidx).
    recreateActivity: () => {
      to('paused', 'stopped', 'destroyed')
      prompt.close({ outcome: 'silent' })
      return to('created', 'resumed')
    },
    killApp: async () => {
      await endProcess()
      return to('created', 'resumed')
    },
    reboot: async () => {
      await endProcess()
      return to('created', 'resumed')
    },
  } satisfies Partial<Handlers<ControlCalls>>
}

function createDeviceControls(around: AndroidControlSurroundings) {
  const { world, clock, files, keystore, prompt, state, failNext, processEnded } = around
  const erase = async () => {
    prompt.close({ outcome: 'silent' })
    await keystore.deleteAll()
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
    clearData: erase,
    reinstall: erase,
    unlockBootloader: async () => {
      // Unlocking erases the phone.
      await world.call('boot.set', { bootloader: 'unlocked' })
      return erase()
    },
    root: async () => {
      await world.call('boot.set', { bootloader: 'unlocked' })
      prompt.close({ outcome: 'silent' })
      processEnded()
      return null
    },
    resign: ({ signer }) => {
      state.signers = [signer]
      return null
    },
    pruneOperations: async () => {
      await keystore.pruneAll()
      return null
    },
    occupySlots: ({ free }) => occupySlots(world, free),
    openOperations: async () => ({
      open:
        (await world.call('operation.count', { level: 'tee' })).open +
        (await world.call('operation.count', { level: 'strongBox' })).open,
    }),
    failNext: (failure) => {
      failNext(failure)
      return null
    },
  } satisfies Partial<Handlers<ControlCalls>>
}
