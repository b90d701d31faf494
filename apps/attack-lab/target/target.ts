import type { Hook } from '../tools/inspector.ts'

/** Which of the virtual phones. */
export type PhoneSystem = 'android' | 'ios'

/** What an app said when it was told to open. */
export type Opened =
  | { readonly shown: string }
  /** In the app's own words. */
  | { readonly refused: string }

/**
 * An app on a phone, with what an attacker can reach: the process that runs it and the folder it keeps things in. The
 * phone's secure world is another process, which only answers calls.
 */
export interface Target {
  readonly name: string
  /** How it decides that its user is there. */
  readonly pattern: string
  readonly kind: 'naive' | 'keybound'
  /** The system of the phone that it is on. */
  readonly system: PhoneSystem
  /** What it protects: shown to its owner, and to nobody else. */
  readonly secret: string
  /** What its owner can type in place of a touch: a PIN of the app's own, or the account's password. */
  readonly typed?: string
  /** Whether the server gives what is protected to whoever brings this token, and nothing else. */
  readonly opensFor: (token: string) => Promise<boolean>
  /** Whether the server has paid this account. */
  readonly isPaid: (account: string) => boolean
  readonly phone: PhoneInHand
  /** Whether it keeps a key in the phone's key store. */
  readonly hasKeys: boolean
  /** What opens the protected: no copy of it may lie in the files, or in memory while the app is closed. */
  readonly keys: () => Promise<readonly (string | Uint8Array)[]>
  /** Of the app's process. */
  readonly pid: () => number
  /** Tells the app to open, as its icon does. A prompt that nobody was told to touch for is closed. */
  readonly open: () => Promise<Opened>
  /** The owner's “lock”, where the app has one. */
  readonly lock: () => Promise<void>
  /** Takes the process over for as long as the work takes. */
  readonly hooked: <T>(work: (hook: Hook) => Promise<T>) => Promise<T>
  /** What the app's process has written to its log. */
  readonly log: () => string
  /** The app's storage, by path. */
  readonly files: () => ReadonlyMap<string, Buffer>
  /** What the system's own backup takes of it, by name; Android's manifest says nothing that would hinder it. */
  readonly backup: () => Promise<ReadonlyMap<string, Buffer>>
  readonly writeFile: (path: string, bytes: Uint8Array) => void
  /** Ends the process and starts it anew over the same storage. */
  readonly restart: () => Promise<void>
  /** Removes the app and installs it again. On iOS the keychain survives that. */
  readonly reinstall: () => Promise<void>
  /** The same app with a copy of its files, on a phone of the attacker's; `owner` is the attacker's finger there. */
  readonly onAnotherPhone: () => Promise<Target>
  /** The app newly set up on a phone whose only sensor is a face sensor of this class, and how that went. */
  readonly onPhoneWithFace: (sensorClass: 2 | 3) => Promise<{ readonly target: Target; readonly set: Opened }>
  /** The app newly set up where somebody else has put this script into it and signed it, and how that went. */
  readonly resigned: (script: string) => Promise<{ readonly target: Target; readonly set: Opened }>
  readonly close: () => Promise<void>
}

/** What is known of an app before it runs. */
export type AppTraits = Pick<Target, 'name' | 'pattern' | 'kind' | 'system' | 'hasKeys' | 'typed'>

/** The phone as whoever holds it can use it. */
export interface PhoneInHand {
  /** Puts a finger on the sensor at the next prompt; if it is not recognised, the prompt is closed. */
  readonly touch: (finger: Finger) => void
  /** The owner's face is before the sensor at the next prompt, and agrees to nothing: what still asks is closed. */
  readonly look: () => void
  /** Enters the PIN at the next prompt; where that takes none, the prompt is closed. */
  readonly enterPin: () => void
  /** Unlocks the phone with the PIN. */
  readonly unlock: () => Promise<void>
  /** Enrols a finger in the settings, for which the PIN is enough. */
  readonly enrol: (finger: Finger) => Promise<void>
  /** Lets time pass, in milliseconds. */
  readonly pass: (milliseconds: number) => Promise<void>
  readonly setClockBack: (milliseconds: number) => Promise<void>
  /** What the last prompt said. */
  readonly lastPrompt: () => string
}

/** The owner's finger is enrolled from the start. */
export type Finger = 'owner' | 'stranger'

/** Whether the attacker holds what the app protects. */
export function isLost(target: Target, opened: Opened): boolean {
  return 'shown' in opened && opened.shown.includes(target.secret)
}
