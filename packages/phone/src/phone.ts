import type { PlatformStorage, VaultFiles } from '@keybound/client'
import { decode, encode, utf8 } from './bytes.ts'
import { type Credentials, createCredentials } from './credentials/credentials.ts'
import { native } from './errors.ts'
import { createExclusive } from './exclusive.ts'
import { createFiles } from './files/files.ts'
import { createRecords } from './files/records.ts'
import { createVaultFiles } from './files/vault-files.ts'
import type { SecureHardware } from './hardware/secure-hardware.ts'
import { createRandom } from './random.ts'
import { originOf } from './webauthn.ts'

/** What platform and vault of one phone share. */
export interface Phone {
  readonly hardware: SecureHardware
  readonly records: PlatformStorage
  readonly vaultFiles: VaultFiles
  readonly credentials: Credentials
  /** What the system calls this app. */
  readonly origin: () => Promise<string>
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  readonly random: (length: number) => Promise<Uint8Array>
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>
  /** SHA-256 of a relying party's id. An app has one or two, so each is hashed once. */
  readonly rpIdHash: (rpId: string) => Promise<Uint8Array>
}

const phones = new WeakMap<SecureHardware, Phone>()

/** The one phone behind some hardware, however many clients there are. */
export function phoneOf(hardware: SecureHardware): Phone {
  const known = phones.get(hardware)
  if (known) return known
  let origin: string | undefined
  const rpIdHashes = new Map<string, Uint8Array>()
  const files = createFiles(hardware)
  const records = createRecords(files)
  const sha256 = async (bytes: Uint8Array) => decode(await native(hardware.sha256(encode(bytes))))
  const phone: Phone = {
    hardware,
    records,
    vaultFiles: createVaultFiles(files, sha256),
    credentials: createCredentials(hardware, records),
    // Lasts as long as the process.
    async origin() {
      origin ??= originOf(await native(hardware.describe()))
      return origin
    },
    exclusive: createExclusive(),
    random: createRandom(hardware),
    sha256,
    async rpIdHash(rpId) {
      const hash = rpIdHashes.get(rpId) ?? (await sha256(utf8(rpId)))
      rpIdHashes.set(rpId, hash)
      return hash
    },
  }
  phones.set(hardware, phone)
  return phone
}
