import { decodeBase64Url, encodeBase64Url } from '@keybound/protocol'

/** Members that hold bytes: base64url on sockets. */
const byteMembers: ReadonlySet<string> = new Set([
  'attestationChallenge',
  'bytes',
  'chain',
  'clientDataHash',
  'publicKey',
  'signer',
  'signingDigests',
  'stateHash',
])

/** One line of JSON; bytes become base64url without padding. */
export function writeLine(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member instanceof Uint8Array ? encodeBase64Url(member) : member,
  )
}

/** Reads a line; members that hold bytes get them back. Throws for what is no JSON, or no base64url where it must be. */
export function readLine(line: string): unknown {
  return JSON.parse(line, (name, member: unknown) => {
    if (!byteMembers.has(name)) return member
    if (typeof member === 'string') return decodeBase64Url(member)
    if (Array.isArray(member))
      return member.map((one) => (typeof one === 'string' ? decodeBase64Url(one) : one))
    return member
  })
}
