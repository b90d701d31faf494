import { type Bytes, type Channel, type Handlers, SystemFailure } from '../channel/channel.ts'
import { createLocalChannel } from '../channel/local-channel.ts'
import type { VirtualCrypto } from '../crypto/port.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { type AttesterOptions, type Bootloader, createAttester } from './attest.ts'
import { createAuthTokens } from './auth-tokens.ts'
import { type KeyMaterial, makeKey } from './key-material.ts'
import { createOperations, type OperationSlots } from './operations.ts'
import { createSensor, type SensorRules } from './sensor.ts'
import {
  type AuthToken,
  type KeyPolicy,
  keyMintError,
  type SecureWorldCalls,
  type WorldLevel,
} from './types.ts'

/** A key with what it may do. */
export interface StoredKey {
  readonly policy: KeyPolicy
  readonly material: KeyMaterial
}

/** The only way in. */
export type SecureWorldChannel = Channel<SecureWorldCalls, object>

export interface SecureWorldOptions {
  readonly crypto: VirtualCrypto
  readonly random: SeededRandom
  /** Milliseconds since start: no clock that anybody can set. */
  readonly elapsed: () => number
  readonly sensor: SensorRules
  readonly screenLock: boolean
  readonly levels: readonly WorldLevel[]
  readonly slots: OperationSlots
  readonly attester: AttesterOptions
  /** Waits as long as the hardware takes. */
  readonly take: <T>(what: 'generate' | 'use', level: WorldLevel, work: () => Promise<T>) => Promise<T>
}

/**
 * The secure world: keys, their rules, the sensor's word. What is inside is in closures; the channel is the only way in,
 * and what it carries is copied. So the operating system, and whoever has taken it over, can ask and is refused.
 */
export function createSecureWorld(options: SecureWorldOptions): SecureWorldChannel {
  const { crypto, random, elapsed, levels, take } = options
  const keys = new Map<string, StoredKey>()
  const tokens = createAuthTokens(crypto)
  const operations = createOperations(options.slots, random)
  const attest = createAttester(options.attester)
  let userSid = options.screenLock ? random.hex(8) : '0'
  let bootloader: Bootloader = 'locked'
  const sensor = createSensor(options.sensor, { random, tokens, elapsed, userSid: () => userSid })

  async function checkToken(key: StoredKey, token: AuthToken | null, challenge: string): Promise<void> {
    const { authorisation } = key.policy
    if (authorisation === null) return
    const refuse = new SystemFailure('KeyMint', keyMintError.userNotAuthenticated)
    if (token === null || !(await tokens.isGenuine(token))) throw refuse
    const { sids, types, timeout } = authorisation
    if ((token.type & types) === 0) throw refuse
    if (!sids.some((sid) => sid !== '0' && (sid === token.userSid || sid === token.authenticatorSid)))
      throw refuse
    const fresh = timeout === 0 ? token.challenge === challenge : elapsed() - token.at < timeout
    if (!fresh) throw refuse
  }

  function keyOf(id: string): StoredKey {
    const key = keys.get(id)
    if (key === undefined) throw new SystemFailure('KeyMint', keyMintError.invalidKey)
    return key
  }

  const handlers: Handlers<SecureWorldCalls> = {
    ...sensor.handlers,
    async 'key.generate'({ policy, attestation }) {
      if (!levels.includes(policy.level)) {
        throw new SystemFailure('KeyMint', keyMintError.hardwareTypeUnavailable)
      }
      return take('generate', policy.level, async () => {
        const material = await makeKey(crypto, policy)
        const chain = attestation === null ? [] : await attest(policy, material.spki, attestation, bootloader)
        const key = random.hex(8)
        keys.set(key, { policy, material })
        return { key, publicKey: material.spki, chain }
      })
    },
    'key.delete'({ key }) {
      keys.delete(key)
      return null
    },
    async 'operation.begin'({ key: id, purpose, digest, mgfDigest, token }) {
      const key = keyOf(id)
      checkUse(key.policy, purpose, digest, mgfDigest)
      if ((key.policy.authorisation?.timeout ?? 0) > 0) await checkToken(key, token, '0')
      const { id: operation, challenge } = operations.begin({ key, purpose, mgfDigest })
      return { operation, challenge }
    },
    async 'operation.finish'({ operation: id, bytes, token }) {
      const { key, purpose, mgfDigest, challenge } = operations.take(id)
      if ((key.policy.authorisation?.timeout ?? 0) === 0) await checkToken(key, token, challenge)
      return take('use', key.policy.level, async () => ({
        bytes: await use(key.material, purpose, bytes, mgfDigest),
      }))
    },
    'operation.abort'({ operation }) {
      operations.abort(operation)
      return null
    },
    'operation.count': ({ level }) => ({ open: operations.count(level) }),
    'credential.state': () => ({ sid: userSid }),
    'credential.set'({ on }) {
      // A new lock makes a new user id, so nothing bound to the old one opens again.
      if (on !== (userSid !== '0')) userSid = on ? random.hex(8) : '0'
      return null
    },
    async 'credential.verify'({ challenge }) {
      sensor.release()
      if (userSid === '0') return { token: null }
      const token = await tokens.issue({ challenge, userSid, authenticatorSid: '0', type: 1, at: elapsed() })
      return { token }
    },
    'boot.set'({ bootloader: next }) {
      bootloader = next
      operations.clear()
      return null
    },
  }
  return createLocalChannel<SecureWorldCalls, object>(handlers).channel
}

function checkUse(
  policy: KeyPolicy,
  purpose: 'sign' | 'decrypt',
  digest: string,
  mgfDigest: 'SHA-1' | 'SHA-256' | null,
): void {
  if (!policy.purposes.includes(purpose)) throw new SystemFailure('KeyMint', keyMintError.incompatiblePurpose)
  if (!policy.digests.includes(digest)) throw new SystemFailure('KeyMint', keyMintError.incompatibleDigest)
  if (policy.algorithm === 'RSA' && (mgfDigest === null || !policy.mgfDigests.includes(mgfDigest))) {
    throw new SystemFailure('KeyMint', keyMintError.incompatibleMgfDigest)
  }
}

async function use(
  material: KeyMaterial,
  purpose: 'sign' | 'decrypt',
  bytes: Bytes,
  mgfDigest: 'SHA-1' | 'SHA-256' | null,
): Promise<Bytes> {
  if (purpose === 'sign') return material.sign(bytes)
  try {
    return await material.decrypt(bytes, mgfDigest)
  } catch {
    throw new SystemFailure('KeyMint', keyMintError.invalidArgument)
  }
}
