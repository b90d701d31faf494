import type { PromptText, SecureHardware } from '@keybound/phone'
import type { Bytes } from '../../channel/channel.ts'
import { encryptEcies } from '../../crypto/ecies.ts'
import type { VirtualCrypto } from '../../crypto/port.ts'
import { checkName, decode, encode } from '../bytes.ts'
import { foreignBytes, invalidArgument } from '../errors.ts'
import type { KeyMemory } from '../key-memory.ts'
import type { PromptTurn, RequireWanted } from '../prompt-turn.ts'
import { prepareStatement } from '../statement.ts'
import { openVaultPair, readVaultPair, sealVaultPair } from '../vault-pairs.ts'
import { invalidated, iosFailure, isChangeOfSet, isForeignBytes, isOsStatus, withIos } from './failures.ts'
import type { IosChannel } from './ios-hardware.ts'
import type { IosKeyRecord, IosKeyRecords } from './ios-records.ts'

type Uses = Pick<
  SecureHardware,
  'sign' | 'signStatement' | 'signProof' | 'newVaultPair' | 'openVaultPair' | 'cancelPrompt'
>

export interface IosUsesOptions {
  readonly system: IosChannel
  readonly crypto: VirtualCrypto
  readonly memory: KeyMemory
  readonly records: IosKeyRecords
  readonly turn: PromptTurn
  /** The context of the prompt that is up. */
  readonly prompting: { context: string | undefined }
}

/** Uses of keys: the operation itself prompts, in a context of its own, and its result is the answer (ios.md §3). */
export function createIosUses({ system, crypto, memory, records, turn, prompting }: IosUsesOptions): Uses {
  async function use(
    call: 'key.sign' | 'key.decrypt',
    alias: string,
    role: IosKeyRecord['role'],
    bytes: Bytes,
    prompt: PromptText,
    requireWanted: RequireWanted,
  ): Promise<Bytes> {
    const record = await checkRole(alias, role)
    const { context } = await system.call('la.context', {})
    requireWanted()
    prompting.context = role === 'proof' ? prompting.context : context
    try {
      const answer = await system.call(call, {
        tag: alias,
        context,
        localizedReason: [prompt.title, prompt.subtitle, prompt.description].filter(Boolean).join('\n'),
        localizedCancelTitle: prompt.cancel,
        bytes,
      })
      return answer.bytes
    } catch (error) {
      if (isChangeOfSet(error) && record?.enrolment === 'currentSet') throw invalidated(error.number)
      if (isOsStatus(error, -25300) && record !== undefined) throw invalidated(-25300)
      if (call === 'key.decrypt' && isForeignBytes(error)) throw foreignBytes(error.number)
      throw iosFailure(error)
    } finally {
      if (prompting.context === context) prompting.context = undefined
    }
  }

  async function checkRole(alias: string, role: IosKeyRecord['role']): Promise<IosKeyRecord | undefined> {
    const record = await records.read(checkName(alias))
    if (record !== undefined && record.role !== role)
      throw invalidArgument(`${record.role} key`, `a ${role} key`)
    return record
  }

  const silent: PromptText = { title: '', subtitle: '', description: '', cancel: '' }
  return {
    sign: (alias, bytes, prompt) =>
      turn.run(async (requireWanted) =>
        encode(await use('key.sign', alias, 'signing', decode(bytes), prompt, requireWanted)),
      ),
    signStatement: (request) =>
      turn.run(async (requireWanted) => {
        const { clientDataJson, signedBytes, prompt } = await prepareStatement(crypto, request)
        const signature = await use('key.sign', request.alias, 'signing', signedBytes, prompt, requireWanted)
        return { clientDataJson: encode(clientDataJson), signature: encode(signature) }
      }),
    signProof: async (alias, bytes) =>
      encode(await use('key.sign', alias, 'proof', decode(bytes), silent, () => {})),
    async newVaultPair(alias, context) {
      await checkRole(alias, 'sealing')
      const { publicKey } = await withIos(() => findKey(system, alias))
      return sealVaultPair(crypto, context, (key) => encryptEcies(crypto, publicKey, key))
    },
    openVaultPair: (alias, pair, context, prompt) =>
      turn.run(async (requireWanted) => {
        const sealed = await readVaultPair(pair)
        const fresh = await use('key.decrypt', alias, 'sealing', sealed.wrapped, prompt, requireWanted)
        return openVaultPair(crypto, memory, sealed, fresh, context)
      }),
    cancelPrompt: turn.cancel,
  }
}

function findKey(system: IosChannel, tag: string) {
  return system.call('key.find', { tag, interactionNotAllowed: false })
}
