import type { SecureHardware } from '@keybound/phone'
import { SystemFailure } from '../../channel/channel.ts'
import { checkName, decode, encode } from '../bytes.ts'
import { hardwareError, invalidArgument } from '../errors.ts'
import type { IosChannel } from './ios-hardware.ts'

type AppAttest = Pick<SecureHardware, 'appAttestKey' | 'appAttestAttest' | 'appAttestAssert'>

/** `DCError` that says of a key that Apple takes it no more: invalidInput, invalidKey. */
const useless: readonly (number | undefined)[] = [2, 3]

/** App Attest (ios.md §6). */
export function createIosAppAttest(system: IosChannel, installation: () => Promise<string>): AppAttest {
  /** Where the keys of this process are kept. */
  const accounts = new Map<string, string>()

  async function read(account: string): Promise<readonly string[]> {
    const { bytes } = await system.call('item.get', { account })
    return bytes === null ? [] : new TextDecoder().decode(bytes).split(' ')
  }

  const write = (account: string, ...words: readonly string[]) =>
    system.call('item.set', { account, bytes: new TextEncoder().encode(words.join(' ')) })

  async function attested<T>(work: () => Promise<T>, keyId = ''): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SystemFailure)) throw error
      const { number } = error
      if (number === 1) throw hardwareError('unsupported', 'Unexpected device without App Attest.', number)
      const account = accounts.get(keyId)
      if (useless.includes(number) && account !== undefined) await system.call('item.delete', { account })
      const message = 'Unexpected refusal by App Attest. Try again later.'
      throw hardwareError('integrityUnavailable', message, number)
    }
  }

  return {
    appAttestKey: (name) =>
      attested(async () => {
        // Keys end with the installation, the keychain does not.
        const account = `appAttest.${await installation()}.${checkName(name)}`
        const [kept] = await read(account)
        const keyId = kept ?? (await system.call('appAttest.generateKey', {})).keyId
        if (kept === undefined) await write(account, keyId)
        accounts.set(keyId, account)
        return keyId
      }),
    appAttestAttest: (keyId, clientDataHash) =>
      attested(async () => {
        const account = accounts.get(keyId)
        const words = account === undefined ? [] : await read(account)
        if (words.includes('attested')) throw invalidArgument('second attestation of a key', 'one')
        const request = { keyId, clientDataHash: decode(clientDataHash) }
        const { bytes } = await system.call('appAttest.attestKey', request)
        if (account !== undefined) await write(account, keyId, 'attested')
        return encode(bytes)
      }, keyId),
    appAttestAssert: (keyId, clientDataHash) =>
      attested(async () => {
        const request = { keyId, clientDataHash: decode(clientDataHash) }
        return encode((await system.call('appAttest.generateAssertion', request)).bytes)
      }, keyId),
  }
}
