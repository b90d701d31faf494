import type { KeyRequest } from '@keybound/phone'
import type { VirtualCrypto } from '../../crypto/port.ts'
import { encode } from '../bytes.ts'
import type { AndroidChannel } from './android-hardware.ts'

/** What is remembered of a key beside it: the key store forgets a key with its alias. */
export interface KeyRecord {
  readonly role: KeyRequest['role']
  /** Of the installation that made it. */
  readonly installation: string
}

/** Records of keys, and the id of this installation. */
export interface KeyRecords {
  readonly read: (alias: string) => Promise<KeyRecord | undefined>
  readonly write: (alias: string, role: KeyRequest['role']) => Promise<void>
  readonly remove: (alias: string) => Promise<void>
  /**
   * Hash of a key that was made for nothing else: it dies with the app's data, stays when the screen lock goes, and no
   * copy of files takes it along. So it tells a key that the system destroyed from one that was never on this phone.
   */
  readonly installation: () => Promise<string>
}

const folder = 'preferences'
const mostBytes = 4096
/** An alias that no caller can have: names begin with no dot. */
const anchor = '.installation'

export function createKeyRecords(system: AndroidChannel, { subtle }: VirtualCrypto): KeyRecords {
  const nameOf = (alias: string) => `key.${alias}`

  async function installation(): Promise<string> {
    const { aliases } = await system.call('keystore.aliases', {})
    if (!aliases.includes(anchor)) await system.call('keystore.generate', anchorRequest)
    const { chain } = await system.call('keystore.chain', { alias: anchor })
    const [leaf] = chain
    if (leaf === undefined) return ''
    return encode(new Uint8Array(await subtle.digest('SHA-256', leaf)).slice(0, 16))
  }

  return {
    installation,
    async read(alias) {
      const { bytes } = await system.call('files.read', {
        folder,
        name: nameOf(alias),
        offset: 0,
        length: mostBytes,
      })
      if (bytes === null) return undefined
      const record = JSON.parse(new TextDecoder().decode(bytes)) as KeyRecord
      return record.installation === (await installation()) ? record : undefined
    },
    async write(alias, role) {
      const record: KeyRecord = { role, installation: await installation() }
      const bytes = new TextEncoder().encode(JSON.stringify(record))
      await system.call('files.write', { folder, name: nameOf(alias), bytes, append: false })
    },
    async remove(alias) {
      await system.call('files.delete', { folder, name: nameOf(alias) })
    },
  }
}

const anchorRequest = {
  alias: anchor,
  algorithm: 'EC',
  purposes: ['sign'],
  digests: ['SHA-256'],
  paddings: [],
  mgf1Digests: [],
  strongBoxBacked: false,
  userAuthenticationRequired: false,
  userAuthenticationValidity: 0,
  userAuthenticationType: 0,
  invalidatedByBiometricEnrollment: false,
  attestationChallenge: new Uint8Array(1),
} as const
