import type { SecureHardware } from '../hardware/secure-hardware.ts'

/** What a case needs the phone to be. What is left out is as on a good phone of its kind. */
export interface PhoneNeeds {
  readonly platform: 'android' | 'ios'
  /** Fingers or faces. Default `['right index']`. */
  readonly enrolled?: readonly string[]
  readonly screenLock?: boolean
  readonly sensorClass?: 2
  readonly strongBox?: 'no' | 'broken'
  /** Emulator or simulator. */
  readonly software?: true
}

/** A file of the app, as a thief or a backup has it. */
export interface ConformanceFile {
  readonly folder: 'noBackup' | 'preferences'
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * What happens to a phone from outside the app: an implementation's test double provides it. `@keybound/virtual-phone` has
 * all of it, also for doubles in Kotlin and Swift that call its system.
 */
export interface ConformanceWorld {
  /** Prompts that came up so far, oldest first. On iOS all words are in `title`. */
  readonly prompts: readonly {
    readonly title: string
    readonly subtitle: string
    readonly description: string
  }[]
  /** An enrolled finger by its name, anything else is a stranger's: to the prompt that is up, else to the next. */
  readonly touch: (finger: string) => Promise<unknown>
  /** Forgets touches that no prompt took. */
  readonly clearTouches: () => Promise<unknown>
  readonly dismissPrompt: () => Promise<unknown>
  /** Ends the prompt that is up, or the next, with a number of the system. */
  readonly failPrompt: (code: number) => Promise<unknown>
  /** The next prompt says success that no sensor gave. */
  readonly forceSuccess: () => Promise<unknown>
  readonly enrol: (finger: string) => Promise<unknown>
  readonly unenrol: (finger: string) => Promise<unknown>
  readonly lockOut: (lockout: 'lockedOut' | 'lockedOutPermanently') => Promise<unknown>
  readonly unlockWithCredential: () => Promise<unknown>
  readonly setScreenLock: (on: boolean) => Promise<unknown>
  readonly setSensor: (change: {
    readonly present?: boolean
    readonly available?: boolean
    readonly securityUpdateRequired?: boolean
    readonly permission?: boolean
  }) => Promise<unknown>
  readonly setDeviceLocked: (locked: boolean) => Promise<unknown>
  /** The next key comes out weaker than it was asked to be. */
  readonly weakenNextKey: (
    weakness: 'unauthenticated' | 'window' | 'credential' | 'software' | 'survivesEnrolment',
  ) => Promise<unknown>
  readonly background: () => Promise<unknown>
  readonly foreground: () => Promise<unknown>
  readonly recreateActivity: () => Promise<unknown>
  readonly killApp: () => Promise<unknown>
  readonly reboot: () => Promise<unknown>
  readonly interact: (type: 'touch' | 'screenshot') => Promise<unknown>
  readonly advance: (milliseconds: number) => Promise<unknown>
  readonly setClock: (now: number) => Promise<unknown>
  readonly reinstall: () => Promise<unknown>
  readonly backup: () => Promise<readonly ConformanceFile[]>
  readonly readStorage: () => Promise<readonly ConformanceFile[]>
  readonly restore: (files: readonly ConformanceFile[]) => Promise<unknown>
  readonly pruneOperations: () => Promise<unknown>
  /** Other apps take all operations of the hardware but `free`. */
  readonly occupySlots: (free: number) => Promise<unknown>
  readonly openOperations: () => Promise<number>
  /** A call of the app to the system fails, by the name that the virtual phone has for it. */
  readonly failNext: (failure: {
    readonly call: string
    readonly exception: string
    readonly number?: number
  }) => Promise<unknown>
}

/** Something of the world that a case pulls at. */
export type WorldAbility = keyof ConformanceWorld

/** An implementation under test, on a phone of its own. */
export interface ConformanceSubject {
  readonly hardware: SecureHardware
  readonly world: ConformanceWorld
  /** What this world cannot do, and why: cases that need it are reported as not provoked. */
  readonly cannot?: Partial<Readonly<Record<WorldAbility, string>>>
  /**
   * Judges a chain as a server does, at L2 and for the challenge; throws what the server would. Without it the case that
   * needs it is not provoked.
   */
  readonly judge?: (
    chain: readonly string[],
    challenge: string,
    role: 'signing' | 'sealing' | 'proof',
  ) => Promise<unknown>
  readonly close?: () => Promise<unknown>
}

/** Makes a phone with the implementation under test on it; answers with a reason where it cannot be such a phone. */
export type MakeSubject = (needs: PhoneNeeds) => Promise<ConformanceSubject | { readonly cannotBe: string }>
