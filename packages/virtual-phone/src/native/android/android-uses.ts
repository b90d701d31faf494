import type { PromptText, SecureHardware } from '@keybound/phone'
import { type Bytes, SystemFailure } from '../../channel/channel.ts'
import { spkiOfCertificate } from '../../crypto/certificate-key.ts'
import type { VirtualCrypto } from '../../crypto/port.ts'
import { encryptOaep } from '../../crypto/rsa-oaep.ts'
import type { BeginRequest } from '../../system/android/calls.ts'
import { checkName, decode, encode } from '../bytes.ts'
import { hardwareError, invalidArgument } from '../errors.ts'
import type { KeyMemory } from '../key-memory.ts'
import type { NativeSurroundings } from '../native-module.ts'
import type { PromptTurn, RequireWanted } from '../prompt-turn.ts'
import { prepareStatement } from '../statement.ts'
import { openVaultPair, readVaultPair, sealVaultPair } from '../vault-pairs.ts'
import type { AndroidChannel } from './android-hardware.ts'
import type { KeyRecords } from './android-records.ts'
import { invalidated, isWorthRetrying, keystoreFailure, promptFailure, withKeystore } from './failures.ts'

type Uses = Pick<
  SecureHardware,
  'sign' | 'signStatement' | 'signProof' | 'newVaultPair' | 'openVaultPair' | 'cancelPrompt'
>

export interface AndroidUsesOptions {
  readonly system: AndroidChannel
  readonly crypto: VirtualCrypto
  readonly memory: KeyMemory
  readonly records: KeyRecords
  readonly turn: PromptTurn
  readonly wait: NativeSurroundings['wait']
}

/** Milliseconds between the two tries of an operation, as in Kotlin. */
const pause = 150

/** Uses of keys: an operation begins, the prompt authorises exactly it, and its result is the answer. */
export function createAndroidUses({ system, crypto, memory, records, turn, wait }: AndroidUsesOptions): Uses {
  /** One prompt. What comes out is what only the key gives; the prompt's own word is worth nothing. */
  async function useWithPrompt(
    use: Omit<BeginRequest, 'digest'>,
    bytes: Bytes,
    prompt: PromptText,
    requireWanted: RequireWanted,
  ): Promise<Bytes> {
    const operation = await begin(use)
    let finished = false
    try {
      requireWanted()
      const outcome = await show(operation, prompt)
      if (outcome === null) throw hardwareError('internal', 'Unexpected success without a CryptoObject.')
      finished = true
      return await finish(outcome, use, bytes)
    } finally {
      // An operation left open takes one of the few slots until the system prunes another's.
      if (!finished) await system.call('keystore.abort', { operation })
    }
  }

  async function begin(use: Omit<BeginRequest, 'digest'>): Promise<string> {
    try {
      return (await system.call('keystore.begin', { ...use, digest: 'SHA-256' })).operation
    } catch (error) {
      const gone = error instanceof SystemFailure && error.exception === 'KeyNotFound'
      if (gone && (await records.read(use.alias)) !== undefined) throw invalidated()
      throw keystoreFailure(error)
    }
  }

  /**
   * Some phones say that nobody was recognised, or that the operation is gone, right after they said the opposite: then one
   * fresh operation is tried, without another prompt. A key that takes a biometric for every use refuses that one too,
   * unless the phone was merely late.
   */
  async function finish(operation: string, use: Omit<BeginRequest, 'digest'>, bytes: Bytes): Promise<Bytes> {
    try {
      return (await system.call('keystore.finish', { operation, bytes })).bytes
    } catch (error) {
      if (!isWorthRetrying(error)) throw keystoreFailure(error)
      await wait(pause)
    }
    const again = await begin(use)
    return (await withKeystore(() => system.call('keystore.finish', { operation: again, bytes }))).bytes
  }

  async function show(operation: string, prompt: PromptText): Promise<string | null> {
    const outcome = await system.call('prompt.show', {
      title: prompt.title,
      subtitle: prompt.subtitle,
      description: prompt.description,
      negative: prompt.cancel,
      authenticators: 15,
      confirmationRequired: true,
      operation,
    })
    if (outcome.outcome === 'succeeded') return outcome.operation
    if (outcome.outcome === 'error') throw promptFailure(outcome.code)
    // No callback came. The call was settled when the activity went; if it was never up, it is settled here.
    throw hardwareError(
      'systemCanceled',
      'Unexpected state of the app: it is not on the screen. Ask again when it is.',
    )
  }

  async function checkRole(alias: string, role: 'signing' | 'sealing' | 'proof'): Promise<string> {
    const record = await records.read(checkName(alias))
    if (record !== undefined && record.role !== role)
      throw invalidArgument(`${record.role} key`, `a ${role} key`)
    return alias
  }

  async function sign(
    alias: string,
    bytes: Bytes,
    prompt: PromptText,
    requireWanted: RequireWanted,
  ): Promise<string> {
    await checkRole(alias, 'signing')
    const use = { alias, purpose: 'sign', mgf1Digest: null } as const
    return encode(await useWithPrompt(use, bytes, prompt, requireWanted))
  }

  return {
    sign: (alias, bytes, prompt) =>
      turn.run(async (requireWanted) => sign(alias, decode(bytes), prompt, requireWanted)),
    signStatement: (request) =>
      turn.run(async (requireWanted) => {
        const { clientDataJson, signedBytes, prompt } = await prepareStatement(crypto, request)
        const signature = await sign(request.alias, signedBytes, prompt, requireWanted)
        return { clientDataJson: encode(clientDataJson), signature }
      }),
    async signProof(alias, bytes) {
      await checkRole(alias, 'proof')
      const message = decode(bytes)
      const use = { alias, purpose: 'sign', mgf1Digest: null } as const
      return encode(await finish(await begin(use), use, message))
    },
    async newVaultPair(alias, context) {
      await checkRole(alias, 'sealing')
      const { chain } = await withKeystore(() => system.call('keystore.chain', { alias }))
      const [leaf = new Uint8Array(0)] = chain
      const spki = spkiOfCertificate(leaf)
      return sealVaultPair(crypto, context, (key) => encryptOaep(crypto, spki, key, 'SHA-1'))
    },
    openVaultPair: (alias, pair, context, prompt) =>
      turn.run(async (requireWanted) => {
        await checkRole(alias, 'sealing')
        const sealed = await readVaultPair(pair)
        const use = { alias, purpose: 'decrypt', mgf1Digest: 'SHA-1' } as const
        const fresh = await useWithPrompt(use, sealed.wrapped, prompt, requireWanted)
        return openVaultPair(crypto, memory, sealed, fresh, context)
      }),
    cancelPrompt: turn.cancel,
  }
}
