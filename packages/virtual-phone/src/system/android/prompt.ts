import { type Channel, SystemFailure } from '../../channel/channel.ts'
import type { AuthToken, SecureWorldCalls } from '../../secure-world/types.ts'
import type { Touches } from '../touches.ts'
import type { PromptOutcome, PromptRequest } from './calls.ts'

/** Codes of `BiometricPrompt.ERROR_…`. */
export const promptError = {
  hardwareUnavailable: 1,
  canceled: 5,
  lockedOut: 7,
  lockedOutPermanently: 9,
  userCanceled: 10,
  noBiometrics: 11,
  hardwareNotPresent: 12,
  negativeButton: 13,
  noDeviceCredential: 14,
  securityUpdateRequired: 15,
} as const

/** `BiometricManager.Authenticators`. */
export const authenticator = { strong: 15, weak: 255, credential: 32768 } as const

/** What the sensor is like for the system. */
export interface SensorStatus {
  readonly present: boolean
  readonly available: boolean
  readonly class: 2 | 3
  readonly securityUpdateRequired: boolean
}

export interface PromptSurroundings {
  readonly world: Channel<SecureWorldCalls, object>
  readonly touches: Touches
  readonly sensor: () => SensorStatus
  readonly challengeOf: (operation: string) => string | undefined
  readonly addToken: (token: AuthToken) => void
  /** Whether the activity is resumed and its state not saved. */
  readonly resumed: () => boolean
  readonly onFailed: () => void
  readonly onShown: (request: PromptRequest) => void
  readonly onClosed: () => void
}

interface OpenPrompt {
  readonly request: PromptRequest
  readonly settle: (outcome: PromptOutcome) => void
  /** Whether it came up. A prompt that is refused before never does. */
  shown: boolean
  /** Set once a finger or a face was recognised: what happens when the user confirms. */
  confirm?: () => void
}

/** Android's biometric prompt: one at a time, drawn by the system. */
export class Prompt {
  readonly #surroundings: PromptSurroundings
  #open: OpenPrompt | undefined
  #forced: PromptOutcome | undefined

  constructor(surroundings: PromptSurroundings) {
    this.#surroundings = surroundings
  }

  /** `BiometricManager.canAuthenticate`. It says nothing of lockouts. */
  async canAuthenticate(authenticators: number): Promise<number> {
    const { world, sensor } = this.#surroundings
    const { present, available, class: sensorClass, securityUpdateRequired } = sensor()
    const secure = (await world.call('credential.state', {})).sid !== '0'
    if ((authenticators & authenticator.credential) !== 0 && secure) return 0
    if (!present) return promptError.hardwareNotPresent
    if ((authenticators & authenticator.weak) === authenticator.strong && sensorClass === 2) {
      return promptError.hardwareNotPresent
    }
    if (!available) return promptError.hardwareUnavailable
    if (securityUpdateRequired) return promptError.securityUpdateRequired
    const { enrolled } = await world.call('sensor.state', {})
    return enrolled.length === 0 ? promptError.noBiometrics : 0
  }

  async show(request: PromptRequest): Promise<PromptOutcome> {
    checkRequest(request)
    if (!this.#surroundings.resumed()) return { outcome: 'silent' }
    if (this.#open !== undefined) return refusal(promptError.canceled, 'Another prompt is up.')
    return new Promise((resolve) => {
      let attended: { readonly close: () => void } | undefined
      const open: OpenPrompt = {
        request,
        shown: false,
        settle: (outcome: PromptOutcome) => {
          if (this.#open !== open) return
          this.#open = undefined
          attended?.close()
          if (open.shown) this.#surroundings.onClosed()
          resolve(outcome)
        },
      }
      this.#open = open
      this.#begin(open).then(
        (start) => {
          if (start && this.#open === open) {
            attended = this.#surroundings.touches.attend((finger, deliberate) =>
              this.#touched(finger, deliberate, open),
            )
          }
        },
        (error: unknown) => open.settle(refusal(promptError.hardwareUnavailable, String(error))),
      )
    })
  }

  /** Whether the prompt came up and waits. */
  async #begin(open: OpenPrompt): Promise<boolean> {
    const { request, settle } = open
    const { world, onShown } = this.#surroundings
    const refused = await this.canAuthenticate(request.authenticators)
    const { lockout } = await world.call('sensor.state', {})
    const onlyBiometric = (request.authenticators & authenticator.credential) === 0
    if (refused !== 0) settle(refusal(refused))
    else if (onlyBiometric && lockout !== 'none') settle(refusal(promptError[lockout]))
    else {
      open.shown = true
      onShown(request)
      const forced = this.#forced
      this.#forced = undefined
      if (forced === undefined) return true
      settle(forced.outcome === 'succeeded' ? { ...forced, operation: request.operation } : forced)
    }
    return false
  }

  async #touched(finger: string, deliberate: boolean, open: OpenPrompt): Promise<void> {
    const { world, challengeOf, addToken, onFailed } = this.#surroundings
    const { request, settle } = open
    const { operation, confirmationRequired } = request
    const challenge = operation === null ? '0' : (challengeOf(operation) ?? '0')
    const touch = await world.call('sensor.touch', { finger, challenge })
    if (touch.result === 'recognised') {
      const { token } = touch
      open.confirm = () => {
        if (token !== null) addToken(token)
        settle({ outcome: 'succeeded', authenticationType: 2, operation })
      }
      // setConfirmationRequired of androidx: what a passive sensor recognised opens nothing until the user confirms.
      if (deliberate || !confirmationRequired) open.confirm()
      return
    }
    if (touch.result === 'refused') {
      onFailed()
      const { lockout } = await world.call('sensor.state', {})
      if (lockout !== 'none') settle(refusal(promptError[lockout]))
      return
    }
    settle(refusal(promptError[touch.result]))
  }

  /** The PIN at the prompt: good where the prompt allows it, and for keys that allow it. */
  async enterCredential(): Promise<void> {
    const open = this.#open
    if (open === undefined || (open.request.authenticators & authenticator.credential) === 0) return
    const { world, challengeOf, addToken } = this.#surroundings
    const { operation } = open.request
    const challenge = operation === null ? '0' : (challengeOf(operation) ?? '0')
    const { token } = await world.call('credential.verify', { challenge })
    if (token !== null) addToken(token)
    open.settle({ outcome: 'succeeded', authenticationType: 1, operation })
  }

  /** The user confirms that they mean what their face was recognised for. */
  confirm(): void {
    this.#open?.confirm?.()
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** Closes the prompt, if one is up. */
  close(outcome: PromptOutcome): void {
    this.#open?.settle(outcome)
  }

  /** What the next prompt is to say, whatever the sensor says: also a success that nobody gave. */
  force(outcome: PromptOutcome): void {
    this.#forced = outcome
  }
}

/** An error as the prompt tells it. */
export function refusal(code: number, message = ''): PromptOutcome {
  return { outcome: 'error', code, message }
}

function checkRequest({ negative, authenticators, operation }: PromptRequest): void {
  const refuse = (message: string) => new SystemFailure('IllegalArgumentException', undefined, message)
  const withCredential = (authenticators & authenticator.credential) !== 0
  if ((negative === '') !== withCredential) {
    throw refuse('Negative text must be set exactly when the device credential is not allowed.')
  }
  const weak = (authenticators & authenticator.weak) === authenticator.weak
  if (operation !== null && weak) throw refuse('Crypto-based authentication is not supported for Class 2.')
}
