import { DerReader, readIntegerBytes } from '@keybound/attestation/der'
import type { Bytes } from './bytes.ts'

const scalar = 32

/** r ‖ s of a strict DER signature over P-256; undefined for what is none. */
export function rawSignature(der: Bytes): Bytes | undefined {
  try {
    const outer = new DerReader(der)
    const numbers = outer.enter()
    outer.end()
    const raw = new Uint8Array(2 * scalar)
    for (const end of [scalar, 2 * scalar]) {
      const contents = readIntegerBytes(numbers)
      const magnitude = contents[0] === 0 ? contents.subarray(1) : contents
      if ((contents[0] ?? 0x80) >= 0x80 || magnitude.length > scalar || magnitude.length === 0)
        return undefined
      raw.set(magnitude, end - magnitude.length)
    }
    numbers.end()
    return raw
  } catch {
    return undefined
  }
}
