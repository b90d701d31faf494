import type { CreatedKey, KeyLevel, KeyRequest, SecureHardware } from '@keybound/phone'
import { SystemFailure } from '../../channel/channel.ts'
import { spkiOf } from '../../crypto/p256.ts'
import type { IosGenerateRequest } from '../../system/ios/calls.ts'
import { checkName, encode } from '../bytes.ts'
import { hardwareError } from '../errors.ts'
import { iosFailure, isLaError, isOsStatus, withIos } from './failures.ts'
import type { IosChannel } from './ios-hardware.ts'
import type { IosKeyRecords } from './ios-records.ts'

type Keys = Pick<SecureHardware, 'createKey' | 'keyState' | 'deleteKey' | 'listKeys'>

/** Makes, probes and deletes keys of the Secure Enclave, by the rules of ios.md §1, §4 and §7. */
export function createIosKeys(system: IosChannel, records: IosKeyRecords): Keys {
  async function createKey(request: KeyRequest): Promise<CreatedKey> {
    const tag = checkName(request.alias)
    if (request.role !== 'proof') await refuseUnready()
    const { simulator } = await system.call('app.info', {})
    if (simulator && !request.allowSoftware) {
      throw hardwareError('policyNotEnforced', 'Unexpected simulator: keys would live in software.')
    }
    const level: KeyLevel = simulator ? 'software' : 'secureEnclave'
    const { publicKey } = await withIos(() => system.call('key.generate', specOf(tag, request, !simulator)))
    try {
      await readBack(tag, request.role)
      await records.write(tag, { role: request.role, enrolment: request.enrolment, level })
    } catch (error) {
      await system.call('key.delete', { tag })
      throw iosFailure(error)
    }
    return { publicKey: encode(spkiOf(publicKey)), level, chain: [] }
  }

  /** The access control of a key cannot be read, but what it does can: a key that signs unasked has none. */
  async function readBack(tag: string, role: KeyRequest['role']): Promise<void> {
    const asks = (await probe(tag)) === 'asks'
    if (asks === (role !== 'proof')) return
    const found = asks ? 'it asks for a prompt' : 'it works without a biometric'
    throw hardwareError('policyNotEnforced', `Unexpected key: ${found}. This device cannot be registered.`)
  }

  /** Uses the key where it may show nothing. */
  async function probe(tag: string): Promise<'asks' | 'signs'> {
    const { context } = await system.call('la.context', {})
    try {
      await system.call('key.sign', {
        tag,
        context,
        localizedReason: '',
        localizedCancelTitle: '',
        interactionNotAllowed: true,
        bytes: new Uint8Array(32),
      })
      return 'signs'
    } catch (error) {
      if (isLaError(error, -1004)) return 'asks'
      throw error
    }
  }

  async function refuseUnready(): Promise<void> {
    const { context } = await system.call('la.context', {})
    try {
      await system.call('la.canEvaluate', { context })
    } catch (error) {
      // A lockout hinders the use of keys, not their making.
      if (isLaError(error, -8)) return
      const { biometryType } = await system.call('la.biometryType', { context })
      if (isLaError(error, -6) && biometryType !== 'none') {
        throw hardwareError('permissionDenied', 'Unexpected denial of Face ID. Allow it in the settings.', -6)
      }
      throw iosFailure(error)
    }
  }

  return {
    createKey,
    async keyState(alias) {
      checkName(alias)
      try {
        await probe(alias)
        return 'ready'
      } catch (error) {
        if (isOsStatus(error, -25293)) return 'invalidated'
        // Turning the passcode off deletes keys: one that is remembered and not there was destroyed.
        if (isOsStatus(error, -25300)) return (await records.read(alias)) ? 'invalidated' : 'missing'
        // It is there, and the phone is locked.
        if (isOsStatus(error, -25308)) return 'ready'
        if (error instanceof SystemFailure) throw iosFailure(error)
        throw error
      }
    },
    async deleteKey(alias) {
      await withIos(() => system.call('key.delete', { tag: checkName(alias) }))
      await records.remove(alias)
    },
    async listKeys(prefix) {
      const { tags } = await withIos(() => system.call('key.list', {}))
      return tags.filter((tag) => tag.startsWith(prefix))
    },
  }
}

function specOf(tag: string, { role, enrolment }: KeyRequest, secureEnclave: boolean): IosGenerateRequest {
  if (role === 'proof') {
    return { tag, secureEnclave, accessible: 'AfterFirstUnlockThisDeviceOnly', flags: ['privateKeyUsage'] }
  }
  const bound = enrolment === 'currentSet' ? 'biometryCurrentSet' : 'biometryAny'
  return {
    tag,
    secureEnclave,
    accessible: 'WhenPasscodeSetThisDeviceOnly',
    flags: ['privateKeyUsage', bound],
  }
}
