import type { PromptText, SecureHardware } from '@keybound/phone'
import { type Bytes, SystemFailure } from '../../channel/channel.ts'
import { spkiOfCertificate } from '../../crypto/certificate-key.ts'
import type { VirtualCrypto } from '../../crypto/port.ts'
import { encryptOaep } from '../../crypto/rsa-oaep.ts'
import type { BeginRequest } from '../../system/android/calls.ts'
import { checkName, decode, encode } from '../bytes.ts'
import { hardwareError, invalidArgument } from '../errors.ts'
import type { KeyMemory } from '../key-memory.ts'
import type { PromptTurn } from '../prompt-turn.ts'
import { prepareStatement } from '../statement.ts'
import { openVaultPair, readVaultPair, sealVaultPair } from '../vault-pairs.ts'
import type { AndroidChannel } from './android-hardware.ts'
import type { KeyRecords } from './android-records.ts'
import { invalidated, keystoreFailure, promptFailure, withKeystore } from './failures.ts'

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
}

/** Uses of keys: an operation begins, the prompt authorises exactly it, and its result is the answer. */
export function createAndroidUses({ system, crypto, memory, records, turn }: AndroidUsesOptions): Uses {
  /** One prompt. What comes out is what only the key gives; the prompt's own word is worth nothing. */
  async function useWithPrompt(
    use: Omit<BeginRequest, 'digest'>,
    bytes: Bytes,
    prompt: PromptText,
  ): Promise<Bytes> {
    const operation = await begin(use)
    let finished = false
    try {
      const outcome = await show(operation, prompt)
      if (outcome === null) throw hardwareError('internal', 'Unexpected success without a CryptoObject.')
      finished = true
      const { bytes: result } = await withKeystore(() =>
        system.call('keystore.finish', { operation: outcome, bytes }),
      )
      return result
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

  async function sign(alias: string, bytes: Bytes, prompt: PromptText): Promise<string> {
    await checkRole(alias, 'signing')
    return encode(await useWithPrompt({ alias, purpose: 'sign', mgf1Digest: null }, bytes, prompt))
  }

  return {
    sign: (alias, bytes, prompt) => turn.run(async () => sign(alias, decode(bytes), prompt)),
    signStatement: (request) =>
      turn.run(async () => {
        const { clientDataJson, signedBytes, prompt } = await prepareStatement(crypto, request)
        const signature = await sign(request.alias, signedBytes, prompt)
        return { clientDataJson: encode(clientDataJson), signature }
      }),
    async signProof(alias, bytes) {
      await checkRole(alias, 'proof')
      const message = decode(bytes)
      const operation = await begin({ alias, purpose: 'sign', mgf1Digest: null })
      const { bytes: signature } = await withKeystore(() =>
        system.call('keystore.finish', { operation, bytes: message }),
      )
      return encode(signature)
    },
    async newVaultPair(alias, context) {
      await checkRole(alias, 'sealing')
      const { chain } = await withKeystore(() => system.call('keystore.chain', { alias }))
      const [leaf = new Uint8Array(0)] = chain
      const spki = spkiOfCertificate(leaf)
      return sealVaultPair(crypto, context, (key) => encryptOaep(crypto, spki, key, 'SHA-1'))
    },
    openVaultPair: (alias, pair, context, prompt) =>
      turn.run(async () => {
        await checkRole(alias, 'sealing')
        const sealed = await readVaultPair(pair)
        const use = { alias, purpose: 'decrypt', mgf1Digest: 'SHA-1' } as const
        const fresh = await useWithPrompt(use, sealed.wrapped, prompt)
        return openVaultPair(crypto, memory, sealed, fresh, context)
      }),
    cancelPrompt: async () => {
      await system.call('prompt.cancel', {})
    },
  }
}
