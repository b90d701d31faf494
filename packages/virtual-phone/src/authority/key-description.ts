import {
  writeBoolean,
  writeEnumerated,
  writeExplicit,
  writeInteger,
  writeNull,
  writeOctetString,
  writeSequence,
  writeSet,
} from '@keybound/attestation/der'

/** OID of the extension that holds a key description. */
export const keyDescriptionOid = '1.3.6.1.4.1.11129.2.1.17'

/** Tags of an AuthorizationList with the DER of their values. */
export type Tags = Readonly<Record<number, Uint8Array>>

/** Everything a key description says: tests change a member and write it. */
export interface DescriptionSpec {
  readonly attestationVersion: number
  readonly attestationSecurityLevel: number
  readonly keyMintVersion: number
  readonly keyMintSecurityLevel: number
  readonly challenge: Uint8Array
  readonly softwareEnforced: Tags
  readonly hardwareEnforced: Tags
}

const text = (value: string) => writeOctetString(new TextEncoder().encode(value))
const numbers = (...values: readonly number[]) => writeSet(...values.map((value) => writeInteger(value)))

/** How the phone started. */
export interface RootOfTrustSpec {
  readonly bootKey?: Uint8Array
  readonly locked?: boolean | number
  readonly state?: number
}

/** Values for tags, by what they mean. */
export const tagValue = {
  number: (value: number | bigint) => writeInteger(value),
  numbers,
  present: () => writeNull(),
  text,
  rootOfTrust: ({
    bootKey = new Uint8Array(32).fill(0xab),
    locked = true,
    state = 0,
  }: RootOfTrustSpec = {}) =>
    writeSequence(
      writeOctetString(bootKey),
      typeof locked === 'boolean' ? writeBoolean(locked) : Uint8Array.of(1, 1, locked),
      writeEnumerated(state),
      writeOctetString(new Uint8Array(32).fill(0xcd)),
    ),
  applicationId: (
    packages: readonly (readonly [name: string, version: number])[],
    signers: readonly Uint8Array[],
  ) =>
    writeOctetString(
      writeSequence(
        writeSet(...packages.map(([name, version]) => writeSequence(text(name), writeInteger(version)))),
        writeSet(...signers.map((signer) => writeOctetString(signer))),
      ),
    ),
} as const

/** Writes an AuthorizationList, tags ascending. */
export function writeTags(tags: Tags): Uint8Array {
  return writeSequence(...tagElements(tags))
}

/** The elements of an AuthorizationList, for lists that are put together wrongly. */
export function tagElements(tags: Tags): Uint8Array[] {
  return Object.entries(tags).map(([tag, value]) => writeExplicit(Number(tag), value))
}

/** The members of a key description, for descriptions that are put together wrongly. */
export function descriptionMembers(spec: DescriptionSpec): Uint8Array[] {
  return [
    writeInteger(spec.attestationVersion),
    writeEnumerated(spec.attestationSecurityLevel),
    writeInteger(spec.keyMintVersion),
    writeEnumerated(spec.keyMintSecurityLevel),
    writeOctetString(spec.challenge),
    writeOctetString(),
    writeTags(spec.softwareEnforced),
    writeTags(spec.hardwareEnforced),
  ]
}

/** Writes a key description. */
export function writeKeyDescription(spec: DescriptionSpec): Uint8Array {
  return writeSequence(...descriptionMembers(spec))
}
