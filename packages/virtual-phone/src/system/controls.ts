import type { Bytes } from '../channel/channel.ts'
import type { Lockout } from '../secure-world/types.ts'
import type { Folder } from './android/calls.ts'

/** One file of the app. */
export interface StoredFile {
  readonly folder: Folder
  readonly name: string
  readonly bytes: Bytes
}

type None = Record<string, never>

/** What a hand, a thief or the system does to a phone: for tests and demos, out of reach of the app. */
export interface ControlCalls {
  touch: (request: { readonly finger: string }) => null
  /** A face before the camera whose owner did not mean to approve anything. */
  look: (request: { readonly face: string }) => null
  confirmPrompt: (request: None) => null
  /** Forgets touches that no prompt took. */
  clearTouches: (request: None) => null
  /** Presses the cancel button of the prompt. */
  dismissPrompt: (request: None) => null
  /** Types the right PIN into a prompt that takes one; other prompts ignore it. */
  enterCredential: (request: None) => null
  /** Ends the prompt that is up, or else the next one, with a number of the system: `BiometricPrompt.ERROR_…`, LAError. */
  failPrompt: (request: { readonly code: number }) => null
  /** What a hook in the app's process makes of the next prompt: a success that the sensor never saw. */
  forceSuccess: (request: None) => null
  enrol: (request: { readonly finger: string }) => null
  unenrol: (request: { readonly finger: string }) => null
  lockOut: (request: { readonly lockout: Lockout }) => null
  unlockWithCredential: (request: None) => null
  setScreenLock: (request: { readonly on: boolean }) => null
  setSensor: (request: SensorChange) => null
  /** Between locking and unlocking the screen. */
  setDeviceLocked: (request: { readonly locked: boolean }) => null
  /** Makes the next key weaker than it is asked to be, as faulty systems do. */
  weakenNextKey: (request: { readonly weakness: KeyWeakness }) => null
  background: (request: None) => null
  foreground: (request: None) => null
  recreateActivity: (request: None) => null
  killApp: (request: None) => null
  reboot: (request: None) => null
  interact: (request: { readonly type: 'touch' | 'screenshot' }) => null
  advance: (request: { readonly milliseconds: number }) => null
  setClock: (request: { readonly now: number }) => null
  clearData: (request: None) => null
  reinstall: (request: None) => null
  /** What the system's own backup takes: nothing, or on Android with `allowBackup` the preferences. */
  backup: (request: None) => { readonly files: readonly StoredFile[] }
  /** Everything in the sandbox, as root reads it or a copy of the disk. */
  readStorage: (request: None) => { readonly files: readonly StoredFile[] }
  /** Puts files into the sandbox, in place of what was there. */
  restore: (request: { readonly files: readonly StoredFile[] }) => null
  unlockBootloader: (request: None) => null
  root: (request: None) => null
  resign: (request: { readonly signer: Bytes }) => null
  pruneOperations: (request: None) => null
  /** Other apps hold operations that this app's cannot push out. */
  occupySlots: (request: { readonly free: number }) => null
  openOperations: (request: None) => { readonly open: number }
  failNext: (request: PlannedFailure) => null
}

/**
 * What a faulty system makes of a key: it works without a biometric, for a while after one, with the device credential,
 * lives in software, or outlives enrolment. On iOS only the first can be told from outside.
 */
export type KeyWeakness = 'unauthenticated' | 'window' | 'credential' | 'software' | 'survivesEnrolment'

/** What changes about a sensor; what is left out stays. */
export interface SensorChange {
  readonly present?: boolean
  readonly available?: boolean
  readonly securityUpdateRequired?: boolean
  /** Whether the user lets the app use Face ID. */
  readonly permission?: boolean
}

/** A system call that is to fail. */
export interface PlannedFailure {
  /** Its name, such as `keystore.begin`. */
  readonly call: string
  readonly exception: string
  readonly number?: number
  /** In the system's words; default its name and number. */
  readonly message?: string
  /** How often; default once. */
  readonly times?: number
}

/** A call between app and system, as those who watch see it. */
export type WatchedCall =
  | { readonly name: string; readonly outcome: 'asked' | 'answered' }
  /** Refused with the system's class of error, and its number where it has one. */
  | {
      readonly name: string
      readonly outcome: 'refused'
      readonly exception: string
      readonly number?: number
    }

/** What the phone tells those who watch it. */
export interface ControlEvents {
  /** A prompt came up, with these words. */
  readonly prompt: { readonly title: string; readonly subtitle: string; readonly description: string }
  /** It closed, whatever closed it. */
  readonly promptClosed: Record<string, never>
  /** A call of the app went in, or came back. */
  readonly call: WatchedCall
  /** The app's process ended: what it had in memory is gone. */
  readonly processEnded: Record<string, never>
}
