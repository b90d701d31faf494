import { malformedDer } from '../../der/malformed.ts'
import type { DerReader } from '../../der/reader.ts'
import { contextTag, type DerTag, describeTag, tagNumber } from '../../der/tag.ts'
import { readUint } from '../../der/values.ts'
import { readApplicationId } from './application-id.ts'
import { readRootOfTrust } from './root-of-trust.ts'
import {
  readDate,
  readDeviceText,
  readOctets,
  readOrigin,
  readPatchLevel,
  readPresence,
  readUintSet,
} from './values.ts'

/** One tag of an AuthorizationList: its number and how its value is read. */
interface Field<T> {
  readonly tag: number
  readonly read: (reader: DerReader) => T
}

const field = <T>(tag: number, read: (reader: DerReader) => T): Field<T> => ({ tag, read })

/**
 * Every tag that an attestation may carry (KeyMint AIDL `KeyCreationResult` and `Tag`, Keymaster 2 to KeyMint 5).
 * The type {@link AuthorizationList} is made from this table.
 */
const fields = {
  purposes: field(1, readUintSet),
  algorithm: field(2, readUint),
  keySize: field(3, readUint),
  blockModes: field(4, readUintSet),
  digests: field(5, readUintSet),
  paddings: field(6, readUintSet),
  callerNonce: field(7, readPresence),
  minMacLength: field(8, readUint),
  ecCurve: field(10, readUint),
  mlDsaVariant: field(11, readUint),
  rsaPublicExponent: field(200, readUint),
  mgfDigests: field(203, readUintSet),
  rollbackResistance: field(303, readPresence),
  earlyBootOnly: field(305, readPresence),
  activeDateTime: field(400, readDate),
  originationExpireDateTime: field(401, readDate),
  usageExpireDateTime: field(402, readDate),
  usageCountLimit: field(405, readUint),
  noAuthRequired: field(503, readPresence),
  userAuthType: field(504, readUint),
  authTimeout: field(505, readUint),
  allowWhileOnBody: field(506, readPresence),
  trustedUserPresenceRequired: field(507, readPresence),
  trustedConfirmationRequired: field(508, readPresence),
  unlockedDeviceRequired: field(509, readPresence),
  allApplications: field(600, readPresence),
  applicationId: field(601, readOctets),
  creationDateTime: field(701, readDate),
  origin: field(702, readOrigin),
  rollbackResistant: field(703, readPresence),
  rootOfTrust: field(704, readRootOfTrust),
  osVersion: field(705, readUint),
  osPatchLevel: field(706, readPatchLevel),
  attestationApplicationId: field(709, readApplicationId),
  attestationIdBrand: field(710, readDeviceText),
  attestationIdDevice: field(711, readDeviceText),
  attestationIdProduct: field(712, readDeviceText),
  attestationIdSerial: field(713, readDeviceText),
  attestationIdImei: field(714, readDeviceText),
  attestationIdMeid: field(715, readDeviceText),
  attestationIdManufacturer: field(716, readDeviceText),
  attestationIdModel: field(717, readDeviceText),
  vendorPatchLevel: field(718, readPatchLevel),
  bootPatchLevel: field(719, readPatchLevel),
  deviceUniqueAttestation: field(720, readPresence),
  attestationIdSecondImei: field(723, readDeviceText),
  moduleHash: field(724, readOctets),
} as const

type Fields = typeof fields

/**
 * What the key may do and where it comes from, by the names of KeyMint's tags; absent tags are absent members.
 * Numbers are those of the KeyMint AIDL (see `keyPurpose`, `keyAlgorithm`, `keyDigest`, `keyPadding`, `keyCurve`).
 * `authTimeout` is in seconds, `osVersion` is `MMmmss`, patch levels are `YYYYMM` or `YYYYMMDD`.
 */
export type AuthorizationList = {
  readonly [Name in keyof Fields]?: Fields[Name] extends Field<infer T> ? T : never
} & {
  /** Whether the tags stand in ascending order, as DER asks and some genuine devices do not care. */
  readonly tagsInOrder: boolean
}

const byTag: ReadonlyMap<DerTag, { readonly name: string; readonly read: (reader: DerReader) => unknown }> =
  new Map(Object.entries(fields).map(([name, { tag, read }]) => [contextTag(tag), { name, read }]))

/** Reads an AuthorizationList: known tags, each once, in any order. */
export function readAuthorizationList(reader: DerReader): AuthorizationList {
  const sequence = reader.enter()
  const list: Record<string, unknown> = {}
  let tagsInOrder = true
  let previous = -1
  while (!sequence.atEnd) {
    const { tag, contents } = sequence.enterNext()
    const known = byTag.get(tag)
    if (known === undefined) {
      throw malformedDer('KeyMint AIDL, Tag', `Unexpected tag ${describeTag(tag)}, expected a known one.`)
    }
    // Two values for one tag would let each reader believe another one.
    if (Object.hasOwn(list, known.name)) {
      throw malformedDer('KeyMint AIDL', `Unexpected second ${describeTag(tag)}, expected each tag once.`)
    }
    list[known.name] = known.read(contents)
    contents.end()
    tagsInOrder &&= tagNumber(tag) > previous
    previous = tagNumber(tag)
  }
  list.tagsInOrder = tagsInOrder
  return list as unknown as AuthorizationList
}
