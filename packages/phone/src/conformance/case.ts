import type { SecureHardware } from '../hardware/secure-hardware.ts'
import type { ConformanceSubject, ConformanceWorld, PhoneNeeds, WorldAbility } from './world.ts'

/** What a case is given. */
export interface CaseContext {
  readonly platform: PhoneNeeds['platform']
  readonly hardware: SecureHardware
  readonly world: ConformanceWorld
  readonly judge: ConformanceSubject['judge']
  /** A second phone of the same kind. */
  readonly another: () => Promise<Pick<CaseContext, 'hardware' | 'world'>>
}

/** One rule, and how it is tested. */
export interface ConformanceCase {
  /** Lasts: `K01`. */
  readonly id: string
  /** What the case proves, as a sentence about the hardware. */
  readonly proves: string
  /** Where the rule comes from: AOSP, androidx, Apple, the contract. */
  readonly source: string
  /** What of it only a device can show. Empty: nothing. */
  readonly onlyOnDevice: string
  readonly platforms: readonly PhoneNeeds['platform'][]
  readonly needs: Omit<PhoneNeeds, 'platform'>
  /** What of the world it pulls at. */
  readonly uses: readonly WorldAbility[]
  readonly run: (context: CaseContext) => Promise<void>
}

/** The world at hand cannot bring the case about. */
export class NotProvoked extends Error {}

type Definition = Pick<ConformanceCase, 'id' | 'proves' | 'source' | 'run'> &
  Partial<Pick<ConformanceCase, 'onlyOnDevice' | 'platforms' | 'needs' | 'uses'>>

/** A case with everything that most share filled in. */
export function defineCase(definition: Definition): ConformanceCase {
  return { onlyOnDevice: '', platforms: ['android', 'ios'], needs: {}, uses: [], ...definition }
}
