import { malformedDer } from './malformed.ts'
import { type DerTag, derTag, describeTag, highTag } from './tag.ts'

/** How much a reader and all readers nested in it may read; shared, so that it bounds the whole input. */
export interface DerBudget {
  /** Elements that may still be read. */
  elements: number
}

/** Default budget: a genuine certificate with its key description has about 150 elements. */
const defaultElements = 4096
const mostTagOctets = 3
const mostLengthOctets = 3

/**
 * A strict reader of DER (X.690 §8, §10): definite lengths in their shortest form, tag numbers in their shortest
 * form, nothing past the end of the parent. It goes forward only, one element at a time; contents are views on the
 * input, not copies. Every read costs one of the budget and moves at least two bytes, so reading is linear in the
 * input, and depth is as deep as the caller's own code: nothing recurses over the input.
 * Refuses with `malformed_encoding`.
 */
export class DerReader {
  readonly bytes: Uint8Array
  readonly budget: DerBudget
  #at = 0

  constructor(bytes: Uint8Array, budget: DerBudget = { elements: defaultElements }) {
    this.bytes = bytes
    this.budget = budget
  }

  get atEnd(): boolean {
    return this.#at >= this.bytes.length
  }

  /** Where the next element begins in this reader's bytes. */
  get offset(): number {
    return this.#at
  }

  /** The tag of the next element, or undefined at the end. */
  peekTag(): DerTag | undefined {
    if (this.atEnd) return undefined
    const before = this.#at
    const tag = this.#readTag()
    this.#at = before
    return tag
  }

  /** Reads the next element, whatever its tag: its tag and a view on its contents. */
  next(): { readonly tag: DerTag; readonly contents: Uint8Array } {
    const tag = this.#readTag()
    return { tag, contents: this.#readContents(tag) }
  }

  /** Reads the contents of the next element, which must have this tag. */
  read(tag: DerTag): Uint8Array {
    if (this.atEnd) throw unexpectedTag(undefined, tag)
    const found = this.#readTag()
    if (found !== tag) throw unexpectedTag(found, tag)
    return this.#readContents(tag)
  }

  /** A reader over the contents of the next element, which must have this tag. Default SEQUENCE. */
  enter(tag: DerTag = derTag.sequence): DerReader {
    return new DerReader(this.read(tag), this.budget)
  }

  /** A reader over the contents of the next element, whatever its tag. */
  enterNext(): { readonly tag: DerTag; readonly contents: DerReader } {
    const { tag, contents } = this.next()
    return { tag, contents: new DerReader(contents, this.budget) }
  }

  /** Whether the next element has this tag; reads nothing. */
  isNext(tag: DerTag): boolean {
    return this.peekTag() === tag
  }

  /** Reads the next element whole, header included, as a view; it must have this tag. */
  readWhole(tag: DerTag): Uint8Array {
    const start = this.#at
    this.read(tag)
    return this.bytes.subarray(start, this.#at)
  }

  /** Refuses anything that is left. */
  end(): void {
    if (this.atEnd) return
    const left = this.bytes.length - this.#at
    throw malformedDer('trailing bytes', `Unexpected ${left} more bytes, expected the end of the element.`)
  }

  #readContents(tag: DerTag): Uint8Array {
    if (this.budget.elements <= 0) {
      throw malformedDer('size', 'Unexpected number of elements, expected fewer.')
    }
    this.budget.elements--
    const length = this.#readLength()
    const start = this.#at
    if (length > this.bytes.length - start) {
      throw malformedDer(
        'X.690 §8.1.3',
        `Unexpected length ${length} of ${describeTag(tag)}, expected at most ${this.bytes.length - start}.`,
      )
    }
    this.#at = start + length
    return this.bytes.subarray(start, this.#at)
  }

  #readByte(): number {
    const byte = this.bytes[this.#at]
    if (byte === undefined) throw malformedDer('X.690 §8.1', 'Unexpected end, expected an element.')
    this.#at++
    return byte
  }

  #readTag(): DerTag {
    const first = this.#readByte()
    if ((first & 0x1f) !== 0x1f) return first
    let number = 0
    for (let octets = 0; octets < mostTagOctets; octets++) {
      const octet = this.#readByte()
      number = (number << 7) | (octet & 0x7f)
      if (number === 0) break
      if (octet < 0x80) {
        if (number < 0x1f) break
        return highTag(first, number)
      }
    }
    throw malformedDer('X.690 §8.1.2.4', 'Unexpected high tag number, expected the shortest form.')
  }

  #readLength(): number {
    const first = this.#readByte()
    if (first < 0x80) return first
    const octets = first & 0x7f
    if (octets === 0)
      throw malformedDer('X.690 §10.1', 'Unexpected indefinite length, expected a definite one.')
    if (octets > mostLengthOctets) {
      throw malformedDer('X.690 §8.1.3.5', `Unexpected length of ${octets} octets, expected at most 3.`)
    }
    let length = 0
    for (let read = 0; read < octets; read++) length = (length << 8) | this.#readByte()
    if (length < 0x80 || length < 1 << (8 * (octets - 1))) {
      throw malformedDer('X.690 §10.1', 'Unexpected long length, expected the shortest form.')
    }
    return length
  }
}

function unexpectedTag(found: DerTag | undefined, expected: DerTag): Error {
  const what = found === undefined ? 'the end' : describeTag(found)
  return malformedDer('tag', `Unexpected ${what}, expected ${describeTag(expected)}.`)
}
