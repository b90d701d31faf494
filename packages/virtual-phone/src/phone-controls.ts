import type { Bytes, Channel } from './channel/channel.ts'
import type { Lockout } from './secure-world/types.ts'
import type {
  ControlCalls,
  ControlEvents,
  KeyWeakness,
  PlannedFailure,
  SensorChange,
  StoredFile,
  WatchedCall,
} from './system/controls.ts'

/** Words of a prompt that came up. */
export type ShownPrompt = ControlEvents['prompt']

/** What a phone tells those who watch it. */
export type PhoneEvent =
  | ({ readonly type: 'prompt' } & ControlEvents['prompt'])
  | { readonly type: 'promptClosed' }
  | ({ readonly type: 'call' } & WatchedCall)
  | { readonly type: 'processEnded' }

/** Hands, thieves and the system: everything that happens to a phone from outside the app. */
export class PhoneControls {
  readonly #control: Channel<ControlCalls, ControlEvents>
  readonly #prompts: ShownPrompt[] = []

  constructor(control: Channel<ControlCalls, ControlEvents>) {
    this.#control = control
    control.on('prompt', (prompt) => this.#prompts.push(prompt))
  }

  /** Prompts that came up so far, oldest first. */
  get prompts(): readonly ShownPrompt[] {
    return this.#prompts
  }

  /** Tells of prompts and of calls between app and system, until the answered function is called. */
  watch(listener: (event: PhoneEvent) => void): () => void {
    const stops = [
      this.#control.on('prompt', (prompt) => listener({ type: 'prompt', ...prompt })),
      this.#control.on('promptClosed', () => listener({ type: 'promptClosed' })),
      this.#control.on('call', (call) => listener({ type: 'call', ...call })),
      this.#control.on('processEnded', () => listener({ type: 'processEnded' })),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /**
   * A finger on the sensor, or a face before it: an enrolled one by its name, any other name is a stranger's. Goes to the
   * prompt that is up, else to the next one, and confirms what that asks. Resolves when the sensor has judged it.
   */
  touch = (finger: string): Promise<null> => this.#control.call('touch', { finger })
  /**
   * A face before the camera of one who has agreed to nothing: face sensors recognise it, others see none. Android's prompt
   * then waits for `confirmPrompt`, unless the app has told it not to; iOS asks for no confirmation.
   */
  look = (face: string): Promise<null> => this.#control.call('look', { face })
  /** Presses the prompt's button that says: I meant it. */
  confirmPrompt = (): Promise<null> => this.#control.call('confirmPrompt', {})
  /** Forgets touches that no prompt took. */
  clearTouches = (): Promise<null> => this.#control.call('clearTouches', {})
  /** Presses the prompt's cancel button. */
  dismissPrompt = (): Promise<null> => this.#control.call('dismissPrompt', {})
  /** Types the right PIN, pattern or password into the prompt that is up; prompts for biometrics only ignore it. */
  enterCredential = (): Promise<null> => this.#control.call('enterCredential', {})
  /** Ends the prompt that is up, or the next one, with a number of the system. */
  failPrompt = (code: number): Promise<null> => this.#control.call('failPrompt', { code })
  /** Makes the next prompt say success, as a hook in the app does. No key opens by it. */
  forceSuccess = (): Promise<null> => this.#control.call('forceSuccess', {})

  /** Adds a finger or a face in the settings. */
  enrol = (finger: string): Promise<null> => this.#control.call('enrol', { finger })
  /** Removes one. */
  unenrol = (finger: string): Promise<null> => this.#control.call('unenrol', { finger })
  /** As after failed tries. */
  lockOut = (lockout: Lockout): Promise<null> => this.#control.call('lockOut', { lockout })
  /** The right PIN, pattern or password at the lock screen: ends lockouts. */
  unlockWithCredential = (): Promise<null> => this.#control.call('unlockWithCredential', {})
  /** Sets a screen lock, or removes it, and with it everything that was bound to it. */
  setScreenLock = (on: boolean): Promise<null> => this.#control.call('setScreenLock', { on })
  /** Breaks or mends the sensor; takes Face ID from the app or gives it back. */
  setSensor = (change: SensorChange): Promise<null> => this.#control.call('setSensor', change)
  setDeviceLocked = (locked: boolean): Promise<null> => this.#control.call('setDeviceLocked', { locked })

  /** Makes the next key weaker than it is asked to be, as faulty systems do. */
  weakenNextKey = (weakness: KeyWeakness): Promise<null> => this.#control.call('weakenNextKey', { weakness })

  background = (): Promise<null> => this.#control.call('background', {})
  foreground = (): Promise<null> => this.#control.call('foreground', {})
  /** As a turn of the screen does on Android. */
  recreateActivity = (): Promise<null> => this.#control.call('recreateActivity', {})
  /** Ends the app's process, and starts it again: handles are gone, files and keys are not. */
  killApp = (): Promise<null> => this.#control.call('killApp', {})
  reboot = (): Promise<null> => this.#control.call('reboot', {})
  /** Somebody touches the app's screen, or takes a picture of it. */
  interact = (type: 'touch' | 'screenshot'): Promise<null> => this.#control.call('interact', { type })

  /** Lets time pass, on the clock that people set and on the one that they cannot. */
  advance = (milliseconds: number): Promise<null> => this.#control.call('advance', { milliseconds })
  /** Sets the phone's clock, as a user can: milliseconds since the Unix epoch. */
  setClock = (now: number): Promise<null> => this.#control.call('setClock', { now })

  /** "Clear storage" in the settings. */
  clearData = (): Promise<null> => this.#control.call('clearData', {})
  /** Removes the app and installs it again. On iOS the keychain survives that. */
  reinstall = (): Promise<null> => this.#control.call('reinstall', {})
  /** What the system's own backup takes. */
  backup = async (): Promise<readonly StoredFile[]> => (await this.#control.call('backup', {})).files
  /** Everything in the sandbox, as root reads it. */
  readStorage = async (): Promise<readonly StoredFile[]> =>
    (await this.#control.call('readStorage', {})).files
  /** Puts files into the sandbox in place of what was there: a backup, or a thief's copy, on this phone or another. */
  restore = (files: readonly StoredFile[]): Promise<null> => this.#control.call('restore', { files })

  /** Unlocks the bootloader, which erases the phone. */
  unlockBootloader = (): Promise<null> => this.#control.call('unlockBootloader', {})
  /** Starts a changed system. Unlike on most real phones data and keys stay, as with tools that skip the erasing. */
  root = (): Promise<null> => this.#control.call('root', {})
  /** Signs the app with another certificate, given by its SHA-256. */
  resign = (signer: Bytes): Promise<null> => this.#control.call('resign', { signer })
  /** Ends the app's open operations, as other apps' use of the hardware can. */
  pruneOperations = (): Promise<null> => this.#control.call('pruneOperations', {})
  /** Other apps take all operations of the hardware but `free`. */
  occupySlots = (free: number): Promise<null> => this.#control.call('occupySlots', { free })
  /** How many operations are open in the hardware. */
  openOperations = async (): Promise<number> => (await this.#control.call('openOperations', {})).open
  /** Makes a system call fail. */
  failNext = (failure: PlannedFailure): Promise<null> => this.#control.call('failNext', failure)
}
