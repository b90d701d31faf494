import type {
  EscrowedKeyJSON,
  RecoveryAnswer,
  RecoveryPublicKeyAnswer,
  WrappedKeyJSON,
} from '@keybound/protocol'
import type { Asked } from '../transport/server-api.ts'
import type { VaultCall } from '../unlock/vault-call.ts'
import type { Escrow } from '../vault/sealed-secret.ts'

/** Most keys of one request. */
const most = 64

/** Escrow by the recovery key that the signed list of the vault names, else by the one that the server gives. */
export async function escrowOf(on: VaultCall): Promise<Escrow> {
  const { escrow } = await on.read(on.device.store.manifest)
  const recoveryKey = escrow ?? (await ask(on, 'GET', { read: readKey }))
  const { vault } = on.secure.platform
  return {
    recoveryKey,
    async wrap(dataKey) {
      const { epk, wrapped } = await vault.wrapKey(recoveryKey.publicKey, dataKey)
      return { epk, kid: recoveryKey.kid, wrapped }
    },
  }
}

function readKey(value: unknown): RecoveryPublicKeyAnswer {
  const { kid, publicKey } = value as RecoveryPublicKeyAnswer
  if (typeof kid !== 'string' || typeof publicKey !== 'string') throw new Error('unexpected answer')
  return { kid, publicKey }
}

/**
 * Data keys, wrapped by the server to the vault of now; null for what it cannot open. In the order in which they were given.
 */
export async function release(
  on: VaultCall,
  escrowed: readonly EscrowedKeyJSON[],
): Promise<readonly (WrappedKeyJSON | null)[]> {
  const { publicKey } = on.device.keys.unlock
  const released: (WrappedKeyJSON | null)[] = []
  while (released.length < escrowed.length) {
    const keys = escrowed.slice(released.length, released.length + most)
    const answer = await ask(on, 'POST', {
      body: { publicKey, keys },
      read: (value) => readAnswer(value, keys.length),
    })
    released.push(...answer.keys)
  }
  return released
}

function ask<T>(
  { context, call, session }: VaultCall,
  method: 'GET' | 'POST',
  exchange: Asked<T>,
): Promise<T> {
  return context.exchange(call.step, [method, 'recovery-key'], { ...exchange, session: session() })
}

function readAnswer(value: unknown, length: number): RecoveryAnswer {
  const { keys } = value as RecoveryAnswer
  if (!Array.isArray(keys) || keys.length !== length || !keys.every(isAnswer)) {
    throw new Error('unexpected answer.keys')
  }
  return { keys }
}

function isAnswer(key: unknown): boolean {
  const { epk, wrapped } = (key ?? { epk: '', wrapped: '' }) as WrappedKeyJSON
  return typeof epk === 'string' && typeof wrapped === 'string'
}
