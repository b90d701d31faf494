import type { KeyRequest, PromptText, SecureHardware } from './hardware/secure-hardware.ts'

/** What keys have to be. */
export interface KeyPolicy {
  /** `currentSet` (default): the keys die when a finger or face is enrolled. `anyEnrolled`: they survive that. */
  readonly enrolment?: KeyRequest['enrolment']
  /**
   * Where the signing key lives on Android. `preferred` (default): in StrongBox where there is one. `required`: nowhere
   * else, as level `R` of a server may ask. `no`: in the trusted environment, which is quicker.
   */
  readonly strongBox?: KeyRequest['strongBox']
  /** Takes keys in software: simulators and emulators, in development. Default `false`. */
  readonly allowSoftware?: boolean
}

/** What prompts are shown for. */
export type PromptName = 'register' | 'signIn' | 'unlock' | 'readSecret' | 'approve'

/** How a phone is used. */
export interface PhoneOptions {
  /** The phone: that of `@keybound/react-native`, or a virtual one. */
  readonly hardware: SecureHardware
  readonly keys?: KeyPolicy
  /** Words of the prompts, asked for each time so that they follow the language. Default: English. */
  readonly prompts?: (name: PromptName) => Partial<PromptText>
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  readonly now?: () => number
  /** Milliseconds of a clock that never goes back. Default: the system's. */
  readonly monotonicNow?: () => number
  /** Resolves after that many milliseconds. Default: the system's timer. */
  readonly wait?: (milliseconds: number) => Promise<void>
}

/** The options with their defaults. */
export interface PhoneSettings {
  readonly keys: Required<KeyPolicy>
  readonly promptText: (name: PromptName) => PromptText
  readonly now: () => number
  readonly monotonicNow: () => number
  readonly wait: (milliseconds: number) => Promise<void>
}

const titles: { readonly [N in PromptName]: string } = {
  register: 'Turn on biometric sign-in',
  signIn: 'Sign in',
  unlock: 'Unlock',
  readSecret: 'Show what is protected',
  approve: 'Approve',
}

/** Fills in the defaults. */
export function settingsOf({
  keys,
  prompts,
  now = Date.now,
  monotonicNow = performance.now.bind(performance),
  wait = (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
}: PhoneOptions): PhoneSettings {
  return {
    keys: { enrolment: 'currentSet', strongBox: 'preferred', allowSoftware: false, ...keys },
    promptText: (name) => ({
      title: titles[name],
      subtitle: '',
      description: '',
      cancel: 'Cancel',
      ...prompts?.(name),
    }),
    now,
    monotonicNow,
    wait,
  }
}
