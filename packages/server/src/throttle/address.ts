/** An IP address as bytes: 4 for IPv4 (also when written as IPv4-mapped IPv6), 16 for IPv6. */
export type Address = Uint8Array

/** Reads an IPv4 or IPv6 address (RFC 4291 §2.2), without zone or port. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined
  if (!text.includes(':')) return parseIPv4(text)
  const bytes = parseIPv6(text)
  if (bytes === undefined) return undefined
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return mapped ? bytes.subarray(12) : bytes
}

function parseIPv4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  // No leading zeros: some readers take them for octal.
  if (!parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
  return Uint8Array.from(parts, Number)
}

function parseIPv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]))
}

/** The 16-bit groups of one side of `::`; an IPv4 ending of the whole address counts as two. */
function groupsOf(side: string, last: boolean): number[] | undefined {
  if (side === '') return []
  const groups: number[] = []
  const parts = side.split(':')
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const [a, b, c, d] = parseIPv4(part) ?? []
      if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined
      groups.push((a << 8) | b, (c << 8) | d)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
    } else {
      return undefined
    }
  }
  return groups
}

/** A range of addresses. */
export interface Network {
  readonly address: Address
  /** Bits that count. */
  readonly prefix: number
}

/** Reads an address or a CIDR range, `10.0.0.0/8`. Undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [base = '', length, ...more] = text.split('/')
  const address = parseAddress(base)
  if (address === undefined || more.length > 0) return undefined
  if (length === undefined) return { address, prefix: address.length * 8 }
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.length * 8) return undefined
  return { address, prefix: Number(length) }
}

export function isWithin(address: Address, network: Network): boolean {
  if (address.length !== network.address.length) return false
  for (let bit = 0; bit < network.prefix; bit += 8) {
    const mask = 0xff << Math.max(0, 8 - (network.prefix - bit))
    const own = address[bit / 8] ?? 0
    const base = network.address[bit / 8] ?? 0
    if ((own & mask & 255) !== (base & mask & 255)) return false
  }
  return true
}

/**
 * Who the throttle counts an address as: the IPv4 address, or the IPv6 /64, because one subscriber holds a whole one.
 */
export function networkOf(address: Address): Uint8Array {
  return address.length === 16 ? address.subarray(0, 8) : address
}
