import { malformedDer } from '../der/malformed.ts'
import type { DerReader } from '../der/reader.ts'
import { derTag } from '../der/tag.ts'
import { decodeUtf8, readObjectIdentifier } from '../der/values.ts'
import { oid } from './oids.ts'

/** One attribute of a name. */
export interface NameAttribute {
  /** Dotted object identifier, such as `2.5.4.3` for the common name. */
  readonly type: string
  /** The text, or `#` and hexadecimal contents when the string type is not one of UTF-8, Printable or IA5. */
  readonly value: string
}

/** A distinguished name: compare `raw`, read `attributes`. */
export interface DistinguishedName {
  readonly raw: Uint8Array
  readonly attributes: readonly NameAttribute[]
}

/** Reads a Name (RFC 5280 §4.1.2.4), in the order it is written. */
export function readName(reader: DerReader): DistinguishedName {
  const start = reader.offset
  const sequence = reader.enter()
  const attributes: NameAttribute[] = []
  while (!sequence.atEnd) {
    const relative = sequence.enter(derTag.set)
    do attributes.push(readAttribute(relative))
    while (!relative.atEnd)
  }
  return { raw: reader.since(start), attributes }
}

function readAttribute(relative: DerReader): NameAttribute {
  const pair = relative.enter()
  const type = readObjectIdentifier(pair)
  const { tag, contents } = pair.next()
  pair.end()
  return { type, value: readText(tag, contents) }
}

const visible = /^[\x20-\x7e]*$/

function readText(tag: number, contents: Uint8Array): string {
  if (tag === derTag.utf8String) return decodeUtf8(contents)
  if (tag === derTag.printableString || tag === derTag.ia5String) {
    const text = decodeUtf8(contents)
    // Genuine issuers put `*`, `&` and `@` into PrintableStrings; control characters never belong.
    if (!visible.test(text)) throw malformedDer('X.680 §41', 'Unexpected character, expected visible ASCII.')
    return text
  }
  return `#${Array.from(contents, (octet) => octet.toString(16).padStart(2, '0')).join('')}`
}

/** The values of one attribute type, in the order they are written. */
export function attributeValues(name: DistinguishedName, type: string): string[] {
  return name.attributes.filter((attribute) => attribute.type === type).map(({ value }) => value)
}

const shortNames: Readonly<Record<string, string>> = {
  [oid.commonName]: 'CN',
  [oid.serialNumber]: 'serialNumber',
  [oid.countryName]: 'C',
  [oid.organizationName]: 'O',
  [oid.organizationalUnitName]: 'OU',
  [oid.title]: 'title',
}

/** A name for a person: `CN=Droid CA2, O=Google LLC`. Never compare with it. */
export function describeName(name: DistinguishedName): string {
  return name.attributes.map(({ type, value }) => `${shortNames[type] ?? type}=${value}`).join(', ')
}
