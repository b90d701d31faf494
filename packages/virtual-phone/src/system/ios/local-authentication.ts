import { type Channel, type Handlers, SystemFailure } from '../../channel/channel.ts'
import type { AuthToken, SecureWorldCalls } from '../../secure-world/types.ts'
import type { SeededRandom } from '../../seeded-random.ts'
import type { Touches } from '../touches.ts'
import type { IosCalls, KeyUse } from './calls.ts'
import { laError, laFailure } from './errors.ts'
import type { IosState } from './ios-system.ts'

export interface LocalAuthenticationOptions {
  readonly world: Channel<SecureWorldCalls, object>
  readonly touches: Touches
  readonly random: SeededRandom
  readonly state: IosState
  readonly biometry: 'touchID' | 'faceID'
  readonly faceIdUsageDescription: boolean
  readonly onShown: (reason: string) => void
  readonly onClosed: () => void
  readonly onLifecycle: (state: 'active' | 'inactive') => void
}

interface OpenPrompt {
  readonly context: string
  /** Rejects with the number of an LAError, or resolves with what the sensor said. */
  readonly settle: (outcome: AuthToken | number | null) => void
}

type LaCalls = Pick<IosCalls, Extract<keyof IosCalls, `la.${string}`>>

/** Misses at one prompt until it gives up. */
const mostMisses = 3

/** LAContext, and the sheet with which iOS asks for a finger or a face. */
export class LocalAuthentication {
  readonly #options: LocalAuthenticationOptions
  readonly #contexts = new Map<string, 'fresh' | 'invalidated'>()
  #open: OpenPrompt | undefined
  /** What the next prompt is to end with; null is a success that no sensor gave. */
  #forced: number | null | undefined

  constructor(options: LocalAuthenticationOptions) {
    this.#options = options
  }

  readonly handlers: Handlers<LaCalls> = {
    'la.context': () => {
      const context = this.#options.random.hex(6)
      this.#contexts.set(context, 'fresh')
      return { context }
    },
    'la.canEvaluate': async ({ context, policy = 'biometrics' }) => {
      this.#checkContext(context)
      await this.#checkEvaluable(policy)
      return { biometryType: this.#type() }
    },
    'la.biometryType': () => ({ biometryType: this.#type() }),
    'la.domainState': async () => {
      const { enrolled, sid } = await this.#options.world.call('sensor.state', {})
      return { stateHash: enrolled.length === 0 ? null : new TextEncoder().encode(sid) }
    },
    'la.evaluate': async (request) => {
      await this.authenticate(request, '0')
      return null
    },
    'la.invalidate': ({ context }) => {
      this.#contexts.set(context, 'invalidated')
      if (this.#open?.context === context) this.#open.settle(laError.appCancel)
      return null
    },
  }

  #type(): 'none' | 'touchID' | 'faceID' {
    return this.#options.state.sensor.present ? this.#options.biometry : 'none'
  }

  #checkContext(context: string): void {
    if (this.#contexts.get(context) !== 'fresh') throw laFailure(laError.invalidContext)
  }

  async #checkEvaluable(policy: 'biometrics' | 'owner'): Promise<void> {
    const { world, state } = this.#options
    if ((await world.call('credential.state', {})).sid === '0') throw laFailure(laError.passcodeNotSet)
    if (policy === 'owner') return
    const { present, available, permission } = state.sensor
    const { enrolled, lockout } = await world.call('sensor.state', {})
    if (!present || !available || !permission) throw laFailure(laError.biometryNotAvailable)
    if (enrolled.length === 0) throw laFailure(laError.biometryNotEnrolled)
    if (lockout !== 'none') throw laFailure(laError.biometryLockout)
  }

  /** Asks for a finger or a face for one operation, as SecKey does. Answers with the sensor's word. */
  async authenticate(
    use: Pick<KeyUse, 'context' | 'localizedReason'>,
    challenge: string,
  ): Promise<AuthToken | null> {
    const { biometry, faceIdUsageDescription, touches, onShown, onClosed, onLifecycle } = this.#options
    this.#checkContext(use.context)
    if (biometry === 'faceID' && !faceIdUsageDescription) throw new SystemFailure('FaceIdCrash')
    await this.#checkEvaluable('biometrics')
    if (this.#open !== undefined) throw laFailure(laError.systemCancel)
    let attended: { readonly close: () => void } | undefined
    const outcome = await new Promise<AuthToken | number | null>((settle) => {
      this.#open = { context: use.context, settle }
      // The sheet covers the app: that is no background.
      onLifecycle('inactive')
      onShown(use.localizedReason)
      const forced = this.#forced
      this.#forced = undefined
      if (forced !== undefined) return settle(forced)
      let misses = 0
      attended = touches.attend(async (finger) => {
        const token = await this.#touched(finger, challenge)
        if (typeof token !== 'number') settle(token)
        else if (token === laError.biometryLockout) settle(token)
        else if (++misses >= mostMisses) settle(laError.authenticationFailed)
      })
    })
    attended?.close()
    this.#open = undefined
    onClosed()
    if (this.#options.state.lifecycle !== 'background') onLifecycle('active')
    if (typeof outcome === 'number') throw laFailure(outcome)
    return outcome
  }

  async #touched(finger: string, challenge: string): Promise<AuthToken | number | null> {
    const { world } = this.#options
    const touch = await world.call('sensor.touch', { finger, challenge })
    if (touch.result === 'recognised') return touch.token
    const { lockout } = await world.call('sensor.state', {})
    return lockout === 'none' ? laError.authenticationFailed : laError.biometryLockout
  }

  /** Ends the prompt that is up; answers whether one was. */
  end(code: number): boolean {
    const open = this.#open
    open?.settle(code)
    return open !== undefined
  }

  force(outcome: number | null): void {
    this.#forced = outcome
  }
}
