import { type Channel, SystemFailure } from '../channel/channel.ts'
import type { SecureWorldCalls } from '../secure-world/types.ts'

type World = Channel<SecureWorldCalls, object>

/** Operations of other apps: they fill the slots of the secure world until `free` are left, and nobody may prune them. */
export async function occupySlots(world: World, free: number): Promise<null> {
  for (const level of ['tee', 'strongBox', 'enclave'] as const) {
    const operations: string[] = []
    try {
      const { key } = await world.call('key.generate', {
        policy: {
          level,
          algorithm: 'EC',
          purposes: ['sign'],
          digests: ['SHA-256'],
          mgfDigests: [],
          authorisation: null,
        },
        attestation: null,
      })
      for (;;) {
        const begun = await world.call('operation.begin', {
          key,
          purpose: 'sign',
          digest: 'SHA-256',
          mgfDigest: null,
          token: null,
        })
        operations.push(begun.operation)
      }
    } catch (error) {
      // A level this phone does not have, or a secure world that is full now.
      if (!(error instanceof SystemFailure)) throw error
    }
    for (const operation of operations.splice(0, free)) await world.call('operation.abort', { operation })
  }
  return null
}
