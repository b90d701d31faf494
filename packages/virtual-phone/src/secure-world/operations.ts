import { SystemFailure } from '../channel/channel.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { StoredKey } from './secure-world.ts'
import { keyMintError, type WorldLevel } from './types.ts'

/** A use of a key that has begun. */
export interface Operation {
  readonly id: string
  readonly key: StoredKey
  readonly purpose: 'sign' | 'decrypt'
  readonly mgfDigest: 'SHA-1' | 'SHA-256' | null
  /** What a token for this operation must carry. */
  readonly challenge: string
}

/** How many operations can be open at once, by level. */
export type OperationSlots = Readonly<Record<WorldLevel, number>>

/** Open operations: few, each used once. When all slots are taken the secure world says so; who is pruned the system decides. */
export function createOperations(slots: OperationSlots, random: SeededRandom) {
  const open = new Map<string, Operation>()
  const count = (level: WorldLevel) =>
    [...open.values()].filter(({ key }) => key.policy.level === level).length
  return {
    count,
    begin(operation: Omit<Operation, 'id' | 'challenge'>): Operation {
      const { level } = operation.key.policy
      if (count(level) >= slots[level]) {
        throw new SystemFailure('KeyMint', keyMintError.tooManyOperations)
      }
      const begun = { ...operation, id: random.hex(8), challenge: random.hex(8) }
      open.set(begun.id, begun)
      return begun
    },
    /** Ends it, whatever comes of it. */
    take(id: string): Operation {
      const operation = open.get(id)
      if (operation === undefined) throw new SystemFailure('KeyMint', keyMintError.invalidOperation)
      open.delete(id)
      return operation
    },
    abort: (id: string): boolean => open.delete(id),
    clear: (): void => open.clear(),
  }
}
