import { invalidStatement } from '../statement.ts'

const rule = 'TPM 2.0 Part 2'

/** Reads the big-endian structures of the TPM library, forward only; refuses to read past the end. */
export class TpmReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) {
      throw invalidStatement(rule, `Unexpected end of a TPM structure, expected ${length} more bytes.`)
    }
    const start = this.#at
    this.#at += length
    return this.#bytes.subarray(start, this.#at)
  }

  uint16(): number {
    const bytes = this.take(2)
    return ((bytes[0] as number) << 8) | (bytes[1] as number)
  }

  uint32(): number {
    return this.uint16() * 0x1_0000 + this.uint16()
  }

  /** TPM2B: two bytes of length and the contents. */
  sized(): Uint8Array {
    return this.take(this.uint16())
  }

  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw invalidStatement(
        rule,
        `Unexpected ${this.#bytes.length - this.#at} bytes after a TPM structure, expected none.`,
      )
    }
  }
}
