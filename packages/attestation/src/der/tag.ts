/**
 * A tag as one number, so that comparing tags is comparing numbers: for tag numbers below 31 the identifier octet
 * itself (`0x30` is SEQUENCE), for higher ones the leading octet times 2^24 plus the tag number (X.690 §8.1.2).
 */
export type DerTag = number

/** The universal tags that certificates and attestation extensions use (X.680 §8). */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

const highTagForm = 0x1f
const highTagShift = 0x1000000

/** The tag `[number]` of the context-specific class, constructed (EXPLICIT) unless told otherwise. */
export function contextTag(number: number, form: 'constructed' | 'primitive' = 'constructed'): DerTag {
  const octet = form === 'constructed' ? 0xa0 : 0x80
  return number < highTagForm ? octet | number : highTag(octet | highTagForm, number)
}

/** Joins the leading octet of a high tag with its number. */
export function highTag(leadingOctet: number, number: number): DerTag {
  return leadingOctet * highTagShift + number
}

/** The leading identifier octet of a tag. */
export function leadingOctet(tag: DerTag): number {
  return tag < highTagShift ? tag : Math.floor(tag / highTagShift)
}

/** The tag number, without class and form. */
export function tagNumber(tag: DerTag): number {
  return tag < highTagShift ? tag & highTagForm : tag % highTagShift
}

const names: ReadonlyMap<DerTag, string> = new Map(
  Object.entries(derTag).map(([name, tag]) => [tag, name] as const),
)
const classes = ['universal', 'application', 'context', 'private'] as const

/** A tag for a person: `sequence`, `[704]`, `private 3`. */
export function describeTag(tag: DerTag): string {
  const name = names.get(tag)
  if (name !== undefined) return name
  const kind = classes[leadingOctet(tag) >> 6]
  return kind === 'context' ? `[${tagNumber(tag)}]` : `${kind} tag ${tagNumber(tag)}`
}
