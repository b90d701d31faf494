import type { SecureHardware } from '@keybound/phone'
import { SystemFailure } from '../../channel/channel.ts'
import { checkName, decode, encode } from '../bytes.ts'
import { hardwareError } from '../errors.ts'
import type { IosChannel } from './ios-hardware.ts'

type AppAttest = Pick<SecureHardware, 'appAttestKey' | 'appAttestAttest' | 'appAttestAssert'>

/** App Attest (ios.md §6). */
export function createIosAppAttest(system: IosChannel, installation: () => Promise<string>): AppAttest {
  const attested = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SystemFailure)) throw error
      const { number } = error
      if (number === 1) throw hardwareError('unsupported', 'Unexpected device without App Attest.', number)
      if (number === 2) throw hardwareError('invalidArgument', 'Unexpected hash, expected 32 bytes.', number)
      if (number === 3)
        throw hardwareError('keyMissing', 'Unexpected key for App Attest. Make a new one.', number)
      throw hardwareError(
        'integrityUnavailable',
        'Unexpected silence of Apple’s server. Try again later.',
        number,
      )
    }
  }
  return {
    appAttestKey: (name) =>
      attested(async () => {
        // Keys end with the installation, the keychain does not.
        const account = `appAttest.${await installation()}.${checkName(name)}`
        const { bytes } = await system.call('item.get', { account })
        if (bytes !== null) return new TextDecoder().decode(bytes)
        const { keyId } = await system.call('appAttest.generateKey', {})
        await system.call('item.set', { account, bytes: new TextEncoder().encode(keyId) })
        return keyId
      }),
    appAttestAttest: (keyId, clientDataHash) =>
      attested(async () => {
        const request = { keyId, clientDataHash: decode(clientDataHash) }
        return encode((await system.call('appAttest.attestKey', request)).bytes)
      }),
    appAttestAssert: (keyId, clientDataHash) =>
      attested(async () => {
        const request = { keyId, clientDataHash: decode(clientDataHash) }
        return encode((await system.call('appAttest.generateAssertion', request)).bytes)
      }),
  }
}
