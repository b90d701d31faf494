import type { DerReader } from '../../der/reader.ts'
import { derTag } from '../../der/tag.ts'
import { readUint } from '../../der/values.ts'
import { readInOctets, readOctets, readUtf8Octets } from './values.ts'

/** Which app asked for the key, as the system knows it (KeyMint AIDL `KeyCreationResult`, AttestationApplicationId). */
export interface AttestationApplicationId {
  /** All packages that share the app's user id. */
  readonly packages: readonly { readonly name: string; readonly version: number }[]
  /** SHA-256 of the signing certificates. Empty when the system could not tell. */
  readonly signatureDigests: readonly Uint8Array[]
}

/** Reads the application id, DER inside an OCTET STRING. */
export function readApplicationId(reader: DerReader): AttestationApplicationId {
  return readInOctets(reader, (inner) => {
    const sequence = inner.enter()
    const packages = readPackages(sequence.enter(derTag.set))
    const digests = sequence.enter(derTag.set)
    const signatureDigests: Uint8Array[] = []
    while (!digests.atEnd) signatureDigests.push(readOctets(digests))
    sequence.end()
    return { packages, signatureDigests }
  })
}

function readPackages(set: DerReader): AttestationApplicationId['packages'] {
  const packages: { name: string; version: number }[] = []
  while (!set.atEnd) {
    const info = set.enter()
    packages.push({ name: readUtf8Octets(info), version: readUint(info) })
    info.end()
  }
  return packages
}
